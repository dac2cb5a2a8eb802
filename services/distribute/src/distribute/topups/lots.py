"""Codes come in from a file, go to Relais, come back unsold. No sentence, note or event holds one."""

from typing import NamedTuple
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncSession, Scope
from filiere.identifiers import uuid7
from filiere.web import Principal

from distribute.closings.service import till_of
from distribute.relais import service as relais_service
from distribute.tenancy import relais_of
from distribute.topups import offers
from distribute.topups.errors import KeyIsMissing, NotAFileOfCodes, NothingReturned, NotSoMany
from distribute.topups.events import TopupCodesImported, TopupCodesRestocked, TopupCodesReturned, TopupCodesSent
from distribute.topups.reading import Line, Unreadable, Wrong, read
from distribute.topups.repository import NewCode, TopupsRepository
from distribute.topups.sales_repository import TopupSalesRepository
from distribute.topups.schemas import ReturnIn, SendIn
from distribute.topups.vault import Vault

KNOWN = "Ce code est déjà connu."


class TakenIn(NamedTuple):
    """What became of a file."""

    imported: int
    wrong: list[Wrong]


async def take_in(
    session: AsyncSession, principal: Principal, vault: Vault, offer_id: UUID, name: str, content: bytes
) -> TakenIn:
    """Seal the codes of a file; what is wrong is told line by line, the rest is taken in.

    Raises OfferNotFound, NotAFileOfCodes, KeyIsMissing.
    """
    offer = await offers.get(session, relais_of(principal), offer_id)
    try:
        lines, wrong = read(content, today())
    except Unreadable as error:
        raise NotAFileOfCodes(str(error)) from error
    repository = TopupsRepository.from_session(session)
    if await repository.have_other_keys(vault.names):
        raise KeyIsMissing  # such a code might be in the file, and nobody would know
    under_any_key = {one.number: vault.fingerprints(one.code) for one in lines}
    known = await repository.known([hashed for each in under_any_key.values() for hashed in each])
    fresh: dict[UUID, Line] = {}
    for line in lines:
        if known.isdisjoint(under_any_key[line.number]):
            fresh[uuid7()] = line
        else:
            wrong.append(Wrong(line.number, KNOWN))
    lot_id = uuid7()
    await repository.add_lot(offer_id, lot_id, name, len(wrong))
    codes = [NewCode(code_id, vault.seal(code_id, line.code), line.expires_on) for code_id, line in fresh.items()]
    taken = await repository.add_codes(offer_id, lot_id, codes)
    wrong += [Wrong(line.number, KNOWN) for code_id, line in fresh.items() if code_id not in taken]
    await repository.count_lot(lot_id, len(taken), len(wrong))
    said = {"imported": len(taken), "refused": len(wrong)}
    await journal.note(session, principal, offers.OBJECT, offer_id, "imported", said)
    if taken:
        told = TopupCodesImported(offer_id=offer_id, kind=offer.kind, codes=len(taken))
        await outbox.append(session, [told])
    return TakenIn(len(taken), sorted(wrong))


async def send(session: AsyncSession, principal: Principal, offer_id: UUID, said: SendIn) -> None:
    """Codes of the network become a Relais'. Raises OfferNotFound, RelaisNotFound, NotSoMany."""
    await offers.get(session, relais_of(principal), offer_id)
    relais = await relais_service.get(session, principal, said.relais_id)
    repository = TopupsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    moved = await repository.send(offer_id, said.relais_id, said.codes, today())
    if moved < said.codes:
        raise NotSoMany(moved)
    note = {"codes": moved, "relais": relais.name}
    await journal.note(session, principal, offers.OBJECT, offer_id, "sent", note)
    await outbox.append(session, [TopupCodesSent(offer_id=offer_id, relais_id=said.relais_id, codes=moved)])


async def give_back(session: AsyncSession, principal: Principal, offer_id: UUID, said: ReturnIn) -> None:
    """A Relais gives unsold codes back. Raises OfferNotFound, NotSoMany, NotYourTill, WhichTill."""
    relais_id = till_of(principal, said.relais_id)
    own = Scope((relais_id,))
    await TopupSalesRepository.from_session(session).lock_topups(relais_id)
    await offers.get(session, own, offer_id)
    moved = await TopupsRepository.from_session(session).give_back(own, offer_id, said.codes, said.reason)
    if moved < said.codes:
        raise NotSoMany(moved)
    note = {"codes": moved, "reason": said.reason.value}
    await journal.note(session, principal, offers.OBJECT, offer_id, "given_back", note)
    await outbox.append(session, [TopupCodesReturned(offer_id=offer_id, relais_id=relais_id, codes=moved)])


async def restock(session: AsyncSession, principal: Principal, offer_id: UUID, *, with_shown: bool) -> int:
    """Returned codes go to whoever is sent some next; those that somebody has read only when it is said.

    A code that its operator refused never does. Raises OfferNotFound, NothingReturned.
    """
    await offers.get(session, relais_of(principal), offer_id)
    repository = TopupsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    moved = await repository.restock(offer_id, today(), with_shown=with_shown)
    if not moved:
        raise NothingReturned
    note = {"codes": moved, "with_shown": with_shown}
    await journal.note(session, principal, offers.OBJECT, offer_id, "restocked", note)
    await outbox.append(session, [TopupCodesRestocked(offer_id=offer_id, codes=moved)])
    return moved
