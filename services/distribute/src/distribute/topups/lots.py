"""Codes come in from a file, go to Relais, come back unsold. No sentence, note or event holds one."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now, today
from filiere.database import AsyncSession, Scope
from filiere.identifiers import uuid7
from filiere.web import Principal

from distribute.closings.service import till_of
from distribute.relais import service as relais_service
from distribute.tenancy import own_relais_of, relais_of
from distribute.topups import offers
from distribute.topups.errors import (
    AskTheOperator,
    KeyIsMissing,
    LotHasLeft,
    LotNotFound,
    NoSuchCodes,
    NotAFileOfCodes,
    NotSoMany,
)
from distribute.topups.events import (
    TopupCodesImported,
    TopupCodesRestocked,
    TopupCodesReturned,
    TopupCodesSent,
    TopupCodesWithdrawn,
)
from distribute.topups.reading import Line, Unreadable, Wrong, read
from distribute.topups.repository import NewCode, TopupsRepository
from distribute.topups.sales_repository import TopupSalesRepository
from distribute.topups.schemas import RestockIn, ReturnIn, SendIn, code_number
from distribute.topups.vault import Vault

KNOWN = "Ce code est déjà connu."
NAMED = 20
"""Codes of one act that the journal names; how many there were it always says."""


class TakenIn(NamedTuple):
    """What became of a file."""

    imported: int
    wrong: list[Wrong]


async def take_in(
    session: AsyncSession, principal: Principal, vault: Vault, offer_id: UUID, name: str, content: bytes
) -> TakenIn:
    """Seal the codes of a file; what is wrong is told line by line, the rest is taken in.

    Raises OfferNotFound, OfferClosed, NotAFileOfCodes, KeyIsMissing.
    """
    offer = await offers.get_open(session, relais_of(principal), offer_id)
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
    """Codes of the network become a Relais'. Raises OfferNotFound, OfferClosed, RelaisNotFound, NotSoMany."""
    relais = await relais_service.get(session, principal, said.relais_id)
    repository = TopupsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    await offers.get_open(session, relais_of(principal), offer_id)
    moved = await repository.send(offer_id, said.relais_id, said.codes, today())
    if moved < said.codes:
        raise NotSoMany(moved)
    note = {"codes": moved, "relais": relais.name}
    await journal.note(session, principal, offers.OBJECT, offer_id, "sent", note)
    await outbox.append(session, [TopupCodesSent(offer_id=offer_id, relais_id=said.relais_id, codes=moved)])


async def withdraw(session: AsyncSession, principal: Principal, offer_id: UUID, lot_id: UUID) -> int:
    """Take back a file that was taken in by mistake, while all its codes lie at the network and nobody has read one.

    Its codes are forgotten, so that the same file is taken in under the right offer. Raises OfferNotFound, LotNotFound,
    LotHasLeft.
    """
    offer = await offers.get(session, relais_of(principal), offer_id)
    repository = TopupsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    found = await repository.withdraw_lot(offer_id, lot_id, now())
    if found is None:
        raise LotNotFound
    gone, stay = found
    if stay:
        raise LotHasLeft
    await journal.note(session, principal, offers.OBJECT, offer_id, "lot_withdrawn", {"codes": gone})
    if gone:
        await outbox.append(session, [TopupCodesWithdrawn(offer_id=offer_id, kind=offer.kind, codes=gone)])
    return gone


async def give_back(session: AsyncSession, principal: Principal, offer_id: UUID, said: ReturnIn) -> int:
    """A Relais gives unsold codes back: so many, or those that it names; how many.

    Raises OfferNotFound, NotSoMany, NoSuchCodes, NotYourTill, WhichTill.
    """
    repository, sales = TopupsRepository.from_session(session), TopupSalesRepository.from_session(session)
    own = own_relais_of(principal) if said.relais_id is None and said.numbers else _till(principal, said.relais_id)
    for relais_id in sorted(own.ids or ()):
        await sales.lock_topups(relais_id)
    await offers.get(session, own, offer_id)
    if said.numbers:
        moved = await repository.give_these_back(own, offer_id, sorted(set(said.numbers)), said.reason)
        if moved.total() < len(set(said.numbers)):
            raise NoSuchCodes
    else:
        assert said.codes is not None  # one of the two is said
        moved = Counter({(own.ids or ())[0]: await repository.give_back(own, offer_id, said.codes, said.reason)})
        if moved.total() < said.codes:
            raise NotSoMany(moved.total())
    note = {"codes": moved.total(), "reason": said.reason.value} | _named(said.numbers)
    await journal.note(session, principal, offers.OBJECT, offer_id, "given_back", note)
    told = [TopupCodesReturned(offer_id=offer_id, relais_id=one, codes=codes) for one, codes in sorted(moved.items())]
    await outbox.append(session, told)
    return moved.total()


async def restock(session: AsyncSession, principal: Principal, offer_id: UUID, said: RestockIn) -> int:
    """Codes that came back, each named, go to whoever is sent some next; how many.

    One that nobody has read is as good as new. One that somebody has read may have been copied: it is stock again only
    once its operator confirms that nobody used it; what the Relais believes is not enough. One that its operator
    refused never is. Raises OfferNotFound, NoSuchCodes, AskTheOperator.
    """
    await offers.get(session, relais_of(principal), offer_id)
    repository = TopupsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    numbers = sorted(set(said.numbers))
    found = await repository.returned_for_update(offer_id, numbers, today())
    if len(found) < len(numbers):
        raise NoSuchCodes
    read = [code_id for code_id, was_shown in found if was_shown]
    if read and not said.operator_confirms:
        raise AskTheOperator
    await repository.restock([code_id for code_id, _ in found])
    note = {"codes": len(found), "read_by_somebody": len(read)} | _named(numbers)
    await journal.note(session, principal, offers.OBJECT, offer_id, "restocked", note)
    await outbox.append(session, [TopupCodesRestocked(offer_id=offer_id, codes=len(found))])
    return len(found)


def _till(principal: Principal, relais_id: UUID | None) -> Scope:
    return Scope((till_of(principal, relais_id),))


def _named(numbers: Sequence[int]) -> dict[str, str]:
    """The first of these codes, as people call them, for the journal."""
    return {"numbers": ", ".join(map(code_number, numbers[:NAMED]))} if numbers else {}
