"""Open a case and what is done about it: the device goes to its workshop, whoever had it gets another one, or it again,
or the money."""

import re
from uuid import UUID

from filiere import outbox
from filiere.calendar import months_before, start_of, today
from filiere.catalogue import Fault, Grade
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.identifiers import IdentifierError, parse_label, uuid7
from filiere.web import Principal, Role

from distribute.after_sale import guarantee
from distribute.after_sale.errors import (
    AlreadyAsked,
    AlreadyBroughtBack,
    AlreadySent,
    CaseNotFound,
    CaseSettled,
    NotHandedOver,
    NotTheirsToPay,
)
from distribute.after_sale.keeping import keep_another
from distribute.after_sale.repository import AfterSaleRepository, Case
from distribute.after_sale.schemas import CaseOut, FaultsOut, GuaranteeOut, Instead, OpenCaseIn, SendBackIn
from distribute.after_sale.settling import check_refund, named, settle
from distribute.after_sale.status import UNDER_GUARANTEE, Payer, Way
from distribute.demand.service import refresh
from distribute.handovers import service as till
from distribute.handovers.events import DeviceBroughtBack
from distribute.handovers.repository import HandedOver, HandoversRepository
from distribute.handovers.schemas import HandoverOut
from distribute.handovers.status import HandoverKind
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.relais import service as relais_service
from distribute.reservations.repository import ReservationsRepository
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of, relais_of, workshops_of
from distribute.why import Ending, TakenBack

_RECEIPT = re.compile(r"(\d{4})-(\d{1,7})")


async def open_case(session: AsyncSession, principal: Principal, handover_id: UUID, said: OpenCaseIn) -> CaseOut:
    """A device that was handed over is brought back. It goes to its workshop, whatever the person gets.

    A line of an order that is still open waits for another one; a closed order stays closed. Raises
    HandoverNotFound, AlreadyBroughtBack, WhichInstead, DoesNotReplace, NotInYourStock, NotDeliveredYet, KeptForACase,
    NothingPaid, NotToRepay, OutsideTheGuarantee, UndoIsTheLeads, AgreementMissing.
    """
    scope, repository = own_relais_of(principal), HandoversRepository.from_session(session)
    handover = await till.get(session, principal, handover_id)
    label = named(said.replacement) if said.way is Way.SWAP else None
    if said.way is Way.NETWORK:  # before the orders, as everybody who promises
        await relais_service.orderable(session, principal, handover.relais_id)
        await ReservationsRepository.from_session(session).lock_allocation()
    order_id = await repository.order_of_handover(scope, handover_id)
    others = await repository.orders_of(scope, [], [label]) if label else []
    await OrdersRepository.from_session(session).for_update([*([order_id] if order_id else []), *others])
    held = await repository.handed_over_for_update(scope, handover_id)
    if held is None:
        raise AlreadyBroughtBack
    promise = _promised(handover)
    case = Case(
        handover.relais_id,
        uuid7(),
        handover.device_id,
        handover.id,
        handover.receipt,
        handover.grade.value,
        said.fault.value,
        said.fault in promise.covers or said.fault is Fault.RECALLED,  # the network pays for what it takes back
        said.way.value,
    )
    if said.way is Way.REFUND:
        await check_refund(session, principal, handover_id, case.is_guaranteed, said)
    await _bring_back(session, held, said.fault)
    await AfterSaleRepository.from_session(session).add(case)
    touched = {held.order_id, *others}
    if said.way in (Way.SWAP, Way.REFUND):
        made = await get(session, principal, case.id)
        touched |= await settle(session, principal, made, handover, label, said)
    elif said.way is Way.NETWORK:
        touched.add(await _keep_another(session, principal, await get(session, principal, case.id)))
    await refresh(session, sorted(touched))
    return await get(session, principal, case.id)


async def ask_the_network(session: AsyncSession, principal: Principal, case_id: UUID) -> CaseOut:
    """A device of the network is set aside for a case that waits: the Relais or the coordination asks.

    Raises CaseNotFound, CaseSettled, AlreadyAsked, AgreementMissing.
    """
    case = await _to_decide(session, principal, case_id)
    await relais_service.orderable(session, principal, case.relais_id)
    await ReservationsRepository.from_session(session).lock_allocation()
    if not await AfterSaleRepository.from_session(session).open_for_update(Scope((case.relais_id,)), case_id):
        raise CaseSettled
    case = await get(session, principal, case_id)
    if case.is_asked:
        raise AlreadyAsked
    await refresh(session, [await _keep_another(session, principal, case)])
    return await get(session, principal, case_id)


async def send_back(session: AsyncSession, principal: Principal, case_id: UUID, by: SendBackIn) -> CaseOut:
    """The broken device leaves its Relais for its workshop. Raises CaseNotFound, AlreadySent."""
    case = await get(session, principal, case_id)
    if not own_relais_of(principal).includes(case.relais_id):
        raise CaseNotFound
    if not await AfterSaleRepository.from_session(session).send(case_id, by.carrier or None, by.tracking or None):
        raise AlreadySent
    return await get(session, principal, case_id)


async def say_payer(session: AsyncSession, principal: Principal, case_id: UUID, payer: Payer) -> CaseOut:
    """The coordination says who pays under guarantee. Raises CaseNotFound, NotTheirsToPay."""
    case = await get(session, principal, case_id)
    if not case.is_guaranteed or payer not in UNDER_GUARANTEE:
        raise NotTheirsToPay
    await AfterSaleRepository.from_session(session).paid(case_id, payer)
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


async def faults(session: AsyncReadSession, principal: Principal) -> list[FaultsOut]:
    """How often each model came back in twelve months, of the workshops that the caller may see."""
    since = start_of(months_before(today(), 12))
    return await AfterSaleRepository.from_session(session).faults(workshops_of(principal), since)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, case_id: UUID) -> CaseOut:
    """One case the caller may see. Raises CaseNotFound."""
    found = await AfterSaleRepository.from_session(session).get(
        relais_of(principal), workshops_of(principal), own_relais_of(principal), case_id
    )
    if found is None:
        raise CaseNotFound
    return found


async def _to_decide(session: AsyncSession, principal: Principal, case_id: UUID) -> CaseOut:
    """A case that the caller decides about: of the own Relais, or any for the coordination."""
    case = await get(session, principal, case_id)
    if not principal.may_act_for(Role.RELAIS, case.relais_id):
        raise CaseNotFound
    if case.outcome is not None:
        raise CaseSettled
    return case


async def _keep_another(session: AsyncSession, principal: Principal, case: CaseOut) -> UUID:
    return await keep_another(
        session, case.id, case.relais_id, case.category, case.grade, case.device_id, principal.subject
    )


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
    told = DeviceBroughtBack(
        device_id=held.device_id,
        relais_id=held.relais_id,
        territory=held.territory,
        fault=Fault.OTHER if fault is Fault.RECALLED else fault,
        is_recall=fault is Fault.RECALLED,
    )
    await outbox.append(session, [told])
