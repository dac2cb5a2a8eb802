"""Open and settle a case: the device goes to its workshop, whoever had it gets another one, it again, or the money."""

import re
from datetime import date
from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.catalogue import Grade
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.identifiers import IdentifierError, parse_label, uuid7
from filiere.web import Principal

from distribute.after_sale import guarantee
from distribute.after_sale.errors import (
    AlreadyBroughtBack,
    CaseNotFound,
    CaseSettled,
    DoesNotReplace,
    NotHandedOver,
    NothingPaid,
    WhichInstead,
)
from distribute.after_sale.events import DeviceBroughtBack
from distribute.after_sale.repository import AfterSaleRepository, Case
from distribute.after_sale.schemas import CaseOut, GuaranteeOut, Instead, OpenCaseIn, SettleCaseIn
from distribute.after_sale.status import CaseOutcome, Fault, Way
from distribute.demand.service import refresh
from distribute.handovers import service as till
from distribute.handovers.bringing_back import give_money_back, hand_over_instead
from distribute.handovers.errors import NotInYourStock
from distribute.handovers.repository import HandedOver, HandoversRepository
from distribute.handovers.schemas import HandoverOut
from distribute.handovers.status import HandoverKind
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of, relais_of, workshops_of
from distribute.why import Ending, TakenBack

_RECEIPT = re.compile(r"(\d{4})-(\d{1,7})")


async def open_case(session: AsyncSession, principal: Principal, handover_id: UUID, said: OpenCaseIn) -> CaseOut:
    """A device that was handed over is brought back. It goes to its workshop, whatever the person gets.

    A line of an order that is still open waits for another one; a closed order stays closed. Raises
    HandoverNotFound, AlreadyBroughtBack, WhichInstead, DoesNotReplace, NotInYourStock, NotDeliveredYet, NothingPaid,
    UndoIsTheLeads.
    """
    scope, repository = own_relais_of(principal), HandoversRepository.from_session(session)
    handover = await till.get(session, principal, handover_id)
    label = _label(said.replacement) if said.way is Way.SWAP else None
    order_id = await repository.order_of_handover(scope, handover_id)
    others = await repository.orders_of(scope, [], [label]) if label else []
    await OrdersRepository.from_session(session).for_update([*([order_id] if order_id else []), *others])
    held = await repository.handed_over_for_update(scope, handover_id)
    if held is None:
        raise AlreadyBroughtBack
    if said.way is Way.REFUND and not handover.amount_cents:
        raise NothingPaid
    promise = _promised(handover)
    case = Case(
        handover.relais_id,
        uuid7(),
        handover.device_id,
        handover.id,
        handover.receipt,
        handover.grade.value,
        said.fault.value,
        said.fault in promise.covers,
    )
    await _bring_back(session, held, said.fault)
    await AfterSaleRepository.from_session(session).add(case)
    if said.way is not Way.REPAIR:
        until = promise.until if case.is_guaranteed else None
        await _settle(session, principal, case.id, handover, handover.grade, label, until)
    await refresh(session, sorted({held.order_id, *others}))
    return await get(session, principal, case.id)


async def settle_case(session: AsyncSession, principal: Principal, case_id: UUID, said: SettleCaseIn) -> CaseOut:
    """What became of a case whose device went to its workshop: a device is handed over, or the money given back.

    The same device, back from its workshop, has six months more; another one two years. Raises CaseNotFound,
    CaseSettled, WhichInstead, DoesNotReplace, NotInYourStock, NotDeliveredYet, NothingPaid, UndoIsTheLeads.
    """
    scope = own_relais_of(principal)
    case = await get(session, principal, case_id)
    if case.handover_id is None:  # of another Relais
        raise CaseNotFound
    label = _label(said.replacement) if said.way is Way.SWAP else None
    others = await HandoversRepository.from_session(session).orders_of(scope, [], [label]) if label else []
    await OrdersRepository.from_session(session).for_update(others)
    if not await AfterSaleRepository.from_session(session).open_for_update(scope, case_id):
        raise CaseSettled
    handover = await till.get(session, principal, case.handover_id)
    if said.way is Way.REFUND and not handover.amount_cents:
        raise NothingPaid
    until = guarantee.until(handover) if case.is_guaranteed else None
    await _settle(session, principal, case_id, handover, case.grade, label, until)
    await refresh(session, others)
    return await get(session, principal, case_id)


async def find(session: AsyncReadSession, principal: Principal, typed: str) -> UUID:
    """The handover of a scanned label or a typed receipt. Raises NotHandedOver."""
    receipt = _RECEIPT.fullmatch(typed.strip())
    year, number = (int(receipt[1]), int(receipt[2])) if receipt else (0, 0)
    try:
        label = "" if receipt else parse_label(typed)
    except IdentifierError as error:
        raise NotHandedOver from error
    found = await HandoversRepository.from_session(session).named(own_relais_of(principal), label, year, number)
    if found is None:
        raise NotHandedOver
    return found


async def promised(session: AsyncReadSession, principal: Principal, handover_id: UUID) -> GuaranteeOut:
    """What its receipt promises today. Raises HandoverNotFound."""
    return _promised(await till.get(session, principal, handover_id))


async def instead_of(
    session: AsyncReadSession | AsyncSession, relais_id: UUID, handover: HandoverOut | CaseOut
) -> list[Instead]:
    """What the Relais, which is the caller's own, may hand over instead."""
    grades = [one for one in Grade if one.at_least(handover.grade)]
    return await AfterSaleRepository.from_session(session).instead(
        Scope((relais_id,)), handover.category, grades, handover.device_id
    )


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, case_id: UUID) -> CaseOut:
    """One case the caller may see. Raises CaseNotFound."""
    found = await AfterSaleRepository.from_session(session).get(
        relais_of(principal), workshops_of(principal), own_relais_of(principal), case_id
    )
    if found is None:
        raise CaseNotFound
    return found


def _promised(handover: HandoverOut) -> GuaranteeOut:
    until = guarantee.until(handover)
    is_running = until is not None and today() <= until
    return GuaranteeOut(
        handover_id=handover.id,
        receipt=handover.receipt,
        is_sold=handover.kind is HandoverKind.SOLD,
        until=until,
        is_running=is_running,
        is_presumed=is_running and guarantee.is_presumed(handover, today()),
        covers=[one for one in Fault if is_running and one.is_covered],
    )


async def _bring_back(session: AsyncSession, held: HandedOver, fault: Fault) -> None:
    """Out of the person's hands, on its way to its workshop."""
    why = TakenBack(ending=Ending.BROUGHT_BACK)
    await HandoversRepository.from_session(session).came_back(held.id)
    await release(session, [held.device_id], why, into=StockStatus.RETURNING, held=StockStatus.HANDED_OVER)
    told = DeviceBroughtBack(device_id=held.device_id, relais_id=held.relais_id, territory=held.territory, fault=fault)
    await outbox.append(session, [told])


async def _settle(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    handover: HandoverOut,
    grade: Grade,
    label: str | None,
    until: date | None,
) -> None:
    """The money back where no label is named. `until`: of the guarantee that counts, None where none does."""
    cases = AfterSaleRepository.from_session(session)
    if label is None:
        await give_money_back(session, principal, handover)
        await cases.end(case_id, CaseOutcome.REFUNDED)
        return
    found = await HandoversRepository.from_session(session).devices_for_update(own_relais_of(principal), [], [label])
    if not found:
        raise NotInYourStock
    device = till.deliverable(till.priced(found[0]))
    is_same_device = device.device_id == handover.device_id
    fits = device.category is handover.category and device.grade.at_least(grade)
    if device.relais_id != handover.relais_id or not (fits or is_same_device):
        raise DoesNotReplace
    new_until = guarantee.renewed(until, today(), is_same_device=is_same_device)
    made = await hand_over_instead(session, principal, handover, device, new_until)
    outcome = CaseOutcome.REPAIRED if is_same_device else CaseOutcome.SWAPPED
    await cases.end(case_id, outcome, device.device_id, made)
    await restate(session, [device.order_id])


def _label(typed: str | None) -> str:
    if not typed:
        raise WhichInstead
    return till.label_of(typed)
