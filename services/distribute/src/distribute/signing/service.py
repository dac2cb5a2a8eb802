"""An agreement is sent, reminded of every week, signed once by whoever has its link, or withdrawn."""

from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.mail import Letter, post
from filiere.web import Principal

from distribute.news.kinds import AGREEMENT_REMINDER, AGREEMENT_SIGNED, AGREEMENT_TO_SIGN, SIGNING
from distribute.relais import service as relais_service
from distribute.relais.errors import AgreementInForce
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import RelaisOut
from distribute.signing.errors import AlreadySigned, AnotherPaper, NothingToWithdraw, SigningClosed, StatutesForbid
from distribute.signing.repository import SigningRepository
from distribute.signing.schemas import SendForm, SignForm, SigningOut

OBJECT = "relais"  # of the journal
DAYS_BETWEEN_REMINDERS = 7


async def to_draft(session: AsyncReadSession, principal: Principal, relais_id: UUID, said: SendForm) -> RelaisOut:
    """The Relais whose agreement may be drafted so. Raises RelaisNotFound, AgreementInForce, StatutesForbid."""
    relais = await relais_service.get(session, principal, relais_id)
    if relais.signed_on is not None:
        raise AgreementInForce(relais.signed_on)
    if said.mode.sells and not relais.may_sell:
        raise StatutesForbid
    return relais


async def send(
    session: AsyncSession, principal: Principal, relais_id: UUID, request_id: UUID, said: SendForm, paper: bytes
) -> None:
    """Keep the paper and write to the director. Raises RelaisNotFound, AgreementInForce, StatutesForbid."""
    await RelaisRepository.from_session(session).lock_agreement(relais_id)
    # Looked at again: somebody may have signed what was sent before, or on paper, while this was drawn.
    relais = await to_draft(session, principal, relais_id, said)
    await SigningRepository.from_session(session).send(request_id, relais_id, said.mode, said.address, paper)
    page = SIGNING.format(request_id=request_id)
    await post(session, [Letter(said.address, AGREEMENT_TO_SIGN, {"name": relais.name}, page)])
    await journal.note(session, principal, OBJECT, relais_id, "agreement-sent", {"mode": said.mode.value})


async def withdraw(session: AsyncSession, principal: Principal, relais_id: UUID) -> None:
    """Let the link open nothing any more. Raises RelaisNotFound, NothingToWithdraw."""
    await relais_service.get(session, principal, relais_id)
    if not await SigningRepository.from_session(session).withdraw(relais_id):
        raise NothingToWithdraw
    await journal.note(session, principal, OBJECT, relais_id, "agreement-withdrawn")


async def opened(session: AsyncReadSession | AsyncSession, request_id: UUID | None) -> SigningOut:
    """What a link that was read opens; None opens none. Raises SigningClosed."""
    found = await SigningRepository.from_session(session).get(request_id) if request_id is not None else None
    if found is None:
        raise SigningClosed
    return found


async def paper(session: AsyncReadSession, request_id: UUID | None) -> bytes:
    """The very bytes that are signed. Raises SigningClosed."""
    found = await SigningRepository.from_session(session).paper(request_id) if request_id is not None else None
    if found is None:
        raise SigningClosed
    return found


async def sign(session: AsyncSession, request_id: UUID | None, said: SignForm) -> SigningOut:
    """The agreement is in force from today: the Relais may order.

    Raises SigningClosed, AlreadySigned, AnotherPaper, AgreementInForce.
    """
    signing = SigningRepository.from_session(session)
    found = await signing.get(request_id) if request_id is not None else None
    if found is None:
        raise SigningClosed
    # Whoever sends it anew at this moment comes before, and this one is closed; or comes after, and is told.
    await RelaisRepository.from_session(session).lock_agreement(found.relais_id)
    found = await signing.get(found.id, for_update=True)
    if found is None:
        raise SigningClosed
    if found.signed_at is not None:
        raise AlreadySigned
    if said.sha256 != found.sha256:
        raise AnotherPaper
    by = f"{said.name}, {said.role}"
    if not await RelaisRepository.from_session(session).sign(found.relais_id, today(), by, found.mode):
        raise AgreementInForce(today())
    await signing.sign(found.id, said.name, said.role, said.drawn)
    page = SIGNING.format(request_id=found.id)
    data = {"name": found.relais_name, "sha256": found.sha256}
    await post(session, [Letter(found.address, AGREEMENT_SIGNED, data, page)])
    await journal.note(session, journal.NETWORK, OBJECT, found.relais_id, "agreement-signed", {"sha256": found.sha256})
    return await opened(session, found.id)


async def remind(database: Database) -> int:
    """Write again about what has waited for a week; how many."""
    async with database.unit_of_work() as session:
        late = await SigningRepository.from_session(session).remind(DAYS_BETWEEN_REMINDERS)
        letters = [Letter(one.address, AGREEMENT_REMINDER, {}, SIGNING.format(request_id=one.id)) for one in late]
        await post(session, letters)
    return len(late)
