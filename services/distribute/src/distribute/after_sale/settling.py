"""How a case ends, once: a device is handed over, the money given back, or nobody waits any more."""

from typing import Protocol
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Tier
from filiere.database import AsyncSession
from filiere.web import Principal

from distribute.after_sale import guarantee
from distribute.after_sale.errors import (
    CaseNotFound,
    CaseSettled,
    CaseStillMoves,
    DoesNotReplace,
    HowPaid,
    NothingPaid,
    NothingToPay,
    NotToRepay,
    OutsideTheGuarantee,
    WhichInstead,
)
from distribute.after_sale.keeping import let_go
from distribute.after_sale.repository import AfterSaleRepository
from distribute.after_sale.schemas import CaseOut, SettleCaseIn
from distribute.after_sale.status import CaseOutcome, Payer, Way
from distribute.demand.service import refresh
from distribute.handovers import service as till
from distribute.handovers.bringing_back import NOTHING, Paid, give_money_back, hand_over_instead
from distribute.handovers.errors import KeptForACase, NotInYourStock
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import HandoverOut, TillDevice
from distribute.handovers.status import HandoverKind
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.price_lists.service import price_book
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of, relais_of, workshops_of


class Refund(Protocol):
    """What is said of a refund."""

    @property
    def refund_cents(self) -> int | None: ...

    @property
    def confirmed(self) -> bool: ...


async def settle_case(session: AsyncSession, principal: Principal, case_id: UUID, said: SettleCaseIn) -> CaseOut:
    """What became of a case whose device went to its workshop: a device is handed over, or the money given back.

    The same device, back from its workshop, has six months more; another one two years. Raises CaseNotFound,
    CaseSettled, WhichInstead, DoesNotReplace, NotInYourStock, NotDeliveredYet, KeptForACase, NothingPaid, NotToRepay,
    OutsideTheGuarantee, NothingToPay, HowPaid, UndoIsTheLeads.
    """
    typed = till.label_of(said.replacement) if said.replacement else None
    case = await _held(session, principal, case_id, typed)
    assert case.handover_id is not None
    handover = await till.get(session, principal, case.handover_id)
    if said.way is Way.REFUND:
        await check_refund(session, principal, handover.id, case.is_guaranteed, said)
    label = None
    if said.way is Way.SWAP:
        label = named(said.replacement or (case.kept_label if case.is_here else None))
    touched = await settle(session, principal, case, handover, label, said)
    await refresh(session, sorted(touched))
    return await _again(session, principal, case_id)


async def close_case(session: AsyncSession, principal: Principal, case_id: UUID) -> CaseOut:
    """Nobody waits for it any more: no device, no money. Raises CaseNotFound, CaseSettled, CaseStillMoves."""
    case = await _held(session, principal, case_id, None)
    if case.is_asked and case.kept_status is StockStatus.SHIPPED:
        raise CaseStillMoves
    await AfterSaleRepository.from_session(session).end(case_id, CaseOutcome.CLOSED)
    if case.order_id is not None:
        await let_go(session, case.order_id)
        await refresh(session, [case.order_id])
    return await _again(session, principal, case_id)


async def check_refund(
    session: AsyncSession, principal: Principal, handover_id: UUID, is_guaranteed: bool, said: Refund
) -> None:
    """Raises NothingPaid, NotToRepay, OutsideTheGuarantee until it is said that it is meant."""
    paid = await _paid(session, principal, handover_id)
    if paid is None:
        raise NothingPaid
    if said.refund_cents is not None and not 0 < said.refund_cents <= paid.amount_cents:
        raise NotToRepay
    if not is_guaranteed and not said.confirmed:
        raise OutsideTheGuarantee


async def settle(
    session: AsyncSession, principal: Principal, case: CaseOut, handover: HandoverOut, label: str | None, said: Refund
) -> set[UUID]:
    """The money back where no label is named. The orders that were touched. The caller holds case and orders."""
    cases = AfterSaleRepository.from_session(session)
    touched: set[UUID] = set()
    device: TillDevice | None = None
    if label is None:
        paid = await _paid(session, principal, handover.id)
        if paid is None:
            raise NothingPaid
        cents = await give_money_back(session, principal, paid, said.refund_cents)
        await cases.refunded(case.id, paid.id, cents, in_part=cents < paid.amount_cents)
        await cases.end(case.id, CaseOutcome.REFUNDED)
    else:
        device = await _device(session, principal, case, handover, label)
        is_same_device = device.device_id == handover.device_id
        bill = _bill(said, device, handover, case) if isinstance(said, SettleCaseIn) else NOTHING
        old = guarantee.until(handover)
        until = guarantee.renewed(old if case.is_guaranteed else None, today(), is_same_device=is_same_device)
        if until is None and is_same_device and old is not None and (bill.cents or old >= today()):
            until = old  # no new guarantee, and what is left of the old one
        made = await hand_over_instead(session, principal, handover, device, until, bill)
        outcome = CaseOutcome.REPAIRED if is_same_device else CaseOutcome.SWAPPED
        await cases.end(case.id, outcome, device.device_id, made)
        if not case.is_guaranteed:
            await cases.paid(case.id, _payer(bill), bill.person_cents, bill.structure_cents)
        await restate(session, [device.order_id])
        touched.add(device.order_id)
    if case.order_id is not None:
        if device is None or device.order_id != case.order_id:
            await let_go(session, case.order_id)
        touched.add(case.order_id)
    return touched


def named(typed: str | None) -> str:
    """The label of what is handed over. Raises WhichInstead."""
    if not typed:
        raise WhichInstead
    return till.label_of(typed)


async def _held(session: AsyncSession, principal: Principal, case_id: UUID, label: str | None) -> CaseOut:
    """A case of the caller's Relais that still waits, held with the orders that its end touches."""
    scope = own_relais_of(principal)
    case = await _again(session, principal, case_id)
    if case.handover_id is None:  # of another Relais
        raise CaseNotFound
    others = await HandoversRepository.from_session(session).orders_of(scope, [], [label]) if label else []
    orders = {*others, *([case.order_id] if case.order_id else [])}
    await OrdersRepository.from_session(session).for_update(sorted(orders))
    if not await AfterSaleRepository.from_session(session).open_for_update(scope, case_id):
        raise CaseSettled
    now = await _again(session, principal, case_id)
    if now.order_id != case.order_id:  # a device was kept for it meanwhile, by an order that is not held
        raise CaseStillMoves
    return now


async def _device(
    session: AsyncSession, principal: Principal, case: CaseOut, handover: HandoverOut, label: str
) -> TillDevice:
    found = await HandoversRepository.from_session(session).devices_for_update(own_relais_of(principal), [], [label])
    if not found:
        raise NotInYourStock
    device = till.delivered(till.priced(await price_book(session), found[0]))
    if device.is_kept and device.order_id != case.order_id:
        raise KeptForACase(device.label)
    fits = device.category is handover.category and device.grade.at_least(case.grade)
    if device.relais_id != handover.relais_id or not (fits or device.device_id == handover.device_id):
        raise DoesNotReplace
    return device


async def _paid(session: AsyncSession, principal: Principal, handover_id: UUID) -> HandoverOut | None:
    """The sale whose money may be given back: after a swap an earlier one."""
    repository = HandoversRepository.from_session(session)
    found = await repository.paid_before(own_relais_of(principal), handover_id)
    return await till.get(session, principal, found) if found is not None else None


def _bill(said: SettleCaseIn, device: TillDevice, handover: HandoverOut, case: CaseOut) -> Paid:
    """What is paid for a repair outside the guarantee: never more than the device would cost."""
    cents = said.person_cents + said.structure_cents
    if not cents:
        return NOTHING
    is_repair = device.device_id == handover.device_id and handover.kind is HandoverKind.SOLD
    dearest = max(price.amount_cents for price in device.prices if price.tier is not Tier.GIFT)
    if case.is_guaranteed or not is_repair or cents > dearest:
        raise NothingToPay
    if said.person_cents and said.means is None:
        raise HowPaid("means")
    if said.structure_cents and said.structure_means is None:
        raise HowPaid("structure_means")
    return Paid(
        said.person_cents,
        said.means if said.person_cents else None,
        said.structure_cents,
        said.structure_means if said.structure_cents else None,
    )


def _payer(bill: Paid) -> Payer:
    if bill.person_cents and bill.structure_cents:
        return Payer.BOTH
    if bill.person_cents:
        return Payer.PERSON
    return Payer.STRUCTURE if bill.structure_cents else Payer.NOBODY


async def _again(session: AsyncSession, principal: Principal, case_id: UUID) -> CaseOut:
    found = await AfterSaleRepository.from_session(session).get(
        relais_of(principal), workshops_of(principal), own_relais_of(principal), case_id
    )
    if found is None:
        raise CaseNotFound
    return found
