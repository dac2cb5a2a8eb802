"""What a Relais owed before its network came here: said once by the coordination, corrected by its opposite."""

from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from distribute.dues.carried_repository import CarriedRepository
from distribute.dues.errors import (
    AlreadyCorrected,
    CarriedKeyReused,
    CarriedNotFound,
    CarriedTwice,
    DueBeforeItsDay,
    HalfInvoiced,
    NotFromBefore,
)
from distribute.dues.money_repository import Days, MoneyRepository
from distribute.dues.repository import DuesRepository
from distribute.dues.schemas import CarriedIn, CarriedOut
from distribute.dues.service import OBJECT, parties, settle_open
from distribute.dues.settling import Credit, Share
from distribute.dues.status import CARRIED_YEAR
from distribute.relais import service as relais_service
from distribute.settings import DistributeSettings


async def carry_over(
    session: AsyncSession, principal: Principal, settings: DistributeSettings, relais_id: UUID, said: CarriedIn
) -> CarriedOut:
    """Invoiced before, it is open at once, since its own day; else the next invoice takes it. The same again is one.

    Raises RelaisNotFound, NotFromBefore, DueBeforeItsDay, HalfInvoiced, CarriedTwice, CarriedKeyReused.
    """
    await relais_service.get(session, principal, relais_id)
    _look_at(said)
    carried = CarriedRepository.from_session(session)
    await DuesRepository.from_session(session).lock_dues_of(relais_id)
    kept = await carried.get(said.id)
    if kept is None:
        if said.reference and await carried.stands(relais_id, said.reference):
            raise CarriedTwice
        if not await carried.add(relais_id, said):
            raise CarriedKeyReused
        if said.due_on is not None:
            await _open(session, principal, settings, await _kept(carried, said.id))
        cents = {"cents": said.amount_cents, "reference": said.reference}
        await journal.note(session, principal, OBJECT, relais_id, "carried", cents)
    elif kept.relais_id != relais_id or not kept.says(said):
        raise CarriedKeyReused
    return await _kept(carried, said.id)


async def correct(
    session: AsyncSession, principal: Principal, settings: DistributeSettings, carried_id: UUID, reason: str
) -> CarriedOut:
    """Its opposite; what paid it is there for what else is open. Raises CarriedNotFound, AlreadyCorrected."""
    carried = CarriedRepository.from_session(session)
    found = await carried.get(carried_id)
    if found is None or found.corrects is not None:
        raise CarriedNotFound
    await DuesRepository.from_session(session).lock_dues_of(found.relais_id)
    locked = await _kept(carried, carried_id)
    if locked.is_corrected:
        raise AlreadyCorrected
    minus_id = uuid7()
    # On no invoice yet, both go on the same one, which ends yesterday at the latest.
    day = locked.day if locked.invoice_id is None else today()
    await carried.take_back(carried_id, minus_id, day, reason)
    if found.due_on is not None:
        money = MoneyRepository.from_session(session)
        await _open(session, principal, settings, await _kept(carried, minus_id), is_settled=False)
        await money.let_go(carried_id)
        minus = Credit(minus_id, is_payment=False, left_cents=found.amount_cents)
        await money.settle(found.relais_id, [Share(carried_id, minus, found.amount_cents)])
        await settle_open(session, found.relais_id)
    said = {"cents": found.amount_cents, "reference": found.reference, "reason": reason}
    await journal.note(session, principal, OBJECT, found.relais_id, "corrected", said)
    return await _kept(carried, minus_id)


async def relais_of_carried(session: AsyncReadSession | AsyncSession, carried_id: UUID) -> UUID:
    """Whose debt it was. Raises CarriedNotFound."""
    found = await CarriedRepository.from_session(session).get(carried_id)
    if found is None:
        raise CarriedNotFound
    return found.relais_id


def _look_at(said: CarriedIn) -> None:
    if said.day >= today():
        raise NotFromBefore
    if bool(said.reference) != (said.due_on is not None):
        raise HalfInvoiced("due_on" if said.reference else "reference")
    if said.due_on is not None and said.due_on < said.day:
        raise DueBeforeItsDay


async def _open(
    session: AsyncSession,
    principal: Principal,
    settings: DistributeSettings,
    one: CarriedOut,
    *,
    is_settled: bool = True,
) -> None:
    """Under a number of its own series, so that it is paid, aged and proven as an invoice is."""
    carried = CarriedRepository.from_session(session)
    relais = await relais_service.get(session, principal, one.relais_id)
    days = Days(today(), one.due_on or today(), one.day, one.day)
    dues = [await carried.due_of(one.id)]
    money = MoneyRepository.from_session(session)
    await money.issue(one.relais_id, one.id, CARRIED_YEAR, days, one.amount_cents, dues, parties(settings, relais))
    if is_settled:
        await settle_open(session, one.relais_id)


async def _kept(carried: CarriedRepository, carried_id: UUID) -> CarriedOut:
    found = await carried.get(carried_id)
    assert found is not None  # just kept, and nothing takes it away
    return found
