"""Recall a lot or a model, bring back what is outside, end it."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.catalogue import Fault
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from distribute.after_sale import service as after_sale
from distribute.after_sale.schemas import OpenCaseIn
from distribute.after_sale.status import Way
from distribute.allocation.replacing import promise_another, release_and_replace
from distribute.demand.service import refresh
from distribute.handovers.events import DeviceBroughtBack
from distribute.news import service as news
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.recalls.errors import (
    AlreadyRecalled,
    EndsAtItsWorkshop,
    ModelUnknown,
    NoSuchDevice,
    NotToBringBack,
    RecallEnded,
    RecallNotFound,
)
from distribute.recalls.repository import AtRelais, RecallsRepository
from distribute.recalls.schemas import BringBackOut, PreviewOut, RecalledOut, RecallIn, RecallOut, TargetIn
from distribute.recalls.status import RecallReason, What
from distribute.recalls.target import Target
from distribute.reservations.repository import ReservationsRepository
from distribute.statuses import StockStatus
from distribute.stock.projection_repository import StockProjection
from distribute.tenancy import own_relais_of, relais_of, workshops_of
from distribute.why import Ending, TakenBack

_WHY = TakenBack(ending=Ending.HELD)


async def preview(session: AsyncReadSession | AsyncSession, said: TargetIn) -> PreviewOut:
    """Which devices a recall would concern, by where they are. Raises NoSuchDevice, ModelUnknown."""
    target = await _target(session, said)
    places = await RecallsRepository.from_session(session).places(target)
    return PreviewOut(what=target.what, name=target.name, devices=sum(one.devices for one in places), places=places)


async def start(session: AsyncSession, principal: Principal, said: RecallIn) -> RecallOut:
    """What is free is held, what is promised is promised no more and replaced at once, whoever has one is written to.

    Raises NoSuchDevice, ModelUnknown, AlreadyRecalled.
    """
    target = await _target(session, said)
    recalls = RecallsRepository.from_session(session)
    await ReservationsRepository.from_session(session).lock_allocation()
    orders = await recalls.promised_orders(target)
    await OrdersRepository.from_session(session).for_update(orders)
    concerned = await recalls.concerned_for_update(target)
    recall_id = await recalls.start(target, said.reason, [one.device_id for one in concerned])
    if recall_id is None:
        raise AlreadyRecalled
    await recalls.hold([one.device_id for one in concerned])
    if promised := [one.device_id for one in concerned if one.status == StockStatus.RESERVED.value]:
        await release_and_replace(session, promised, _WHY, principal.subject, into=StockStatus.HELD)
    for holder in await recalls.relais_concerned(recall_id):
        await news.recalled(session, holder.id, recall_id, target.name, said.reason.label_fr, holder.devices)
    for holder in await recalls.workshops_concerned(recall_id):
        await news.recalled_at_workshop(
            session, holder.id, recall_id, target.name, said.reason.label_fr, holder.devices
        )
    await refresh(session, orders)
    return await get(session, principal, recall_id)


async def stop(session: AsyncSession, device_ids: Sequence[UUID]) -> None:
    """A disk that nobody wiped was seen in devices that have left: nobody is given them, they go back at once.

    Whoever has one is written to, and its workshop. The devices' orders are locked.
    """
    reason = RecallReason.DATA.label_fr
    for one in await RecallsRepository.from_session(session).stop_for_update(device_ids):
        if one.relais_id is not None:
            await news.recalled(session, one.relais_id, one.recall_id, one.label, reason, 1, by_workshop=True)
        await news.recalled_at_workshop(session, one.workshop_id, one.recall_id, one.label, reason, 1, by_workshop=True)


async def end(session: AsyncSession, principal: Principal, recall_id: UUID) -> RecallOut:
    """What was held is free again; nobody is asked to bring anything back any more.

    Raises RecallNotFound, RecallEnded, EndsAtItsWorkshop.
    """
    if (await get(session, principal, recall_id)).ends_at_its_workshop:
        raise EndsAtItsWorkshop
    await ReservationsRepository.from_session(session).lock_allocation()
    if not await RecallsRepository.from_session(session).end(recall_id):
        raise RecallEnded
    await StockProjection.from_session(session).announce()
    return await get(session, principal, recall_id)


async def bring_back(session: AsyncSession, principal: Principal, recall_id: UUID, device_id: UUID) -> BringBackOut:
    """The Relais has it in hand: a case where a person had it; of its stock, it goes back and another one is promised.

    Raises RecallNotFound, RecallEnded, NotToBringBack, and what opening a case does.
    """
    recall = await get(session, principal, recall_id)
    if recall.ended_at is not None:
        raise RecallEnded
    recalls, own = RecallsRepository.from_session(session), own_relais_of(principal)
    found = await recalls.items(own, own, recall_id, device_id)
    mine = [one for one in found if one.relais_id is not None and own.includes(one.relais_id)]
    if not mine:
        raise RecallNotFound
    if mine[0].back_at is not None:
        raise NotToBringBack
    if mine[0].status is StockStatus.HANDED_OVER:
        handover_id = await recalls.handover_of(own, device_id)
        if handover_id is None:
            raise NotToBringBack
        case = await after_sale.open_case(
            session, principal, handover_id, OpenCaseIn(fault=Fault.RECALLED, way=Way.REPAIR)
        )
        return BringBackOut(device_id=device_id, case_id=case.id)
    reservations = ReservationsRepository.from_session(session)
    await reservations.lock_allocation()
    orders = await reservations.orders_of([device_id])
    await OrdersRepository.from_session(session).for_update(orders)
    was_used = await recalls.was_used(device_id)
    ended = await release(session, [device_id], _WHY, into=StockStatus.RETURNING, held=StockStatus.DELIVERED)
    if not ended:
        raise NotToBringBack
    (promise,) = ended
    await promise_another(session, promise.line_id, device_id, principal.subject)
    told = DeviceBroughtBack(
        device_id=device_id,
        relais_id=promise.relais_id,
        territory=promise.territory,
        fault=Fault.OTHER,
        is_recall=True,
        from_stock=not was_used,
    )
    await outbox.append(session, [told])
    await refresh(session, orders)
    return BringBackOut(device_id=device_id, case_id=None)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, recall_id: UUID) -> RecallOut:
    """A recall that concerns the caller. Raises RecallNotFound."""
    found = await RecallsRepository.from_session(session).get(relais_of(principal), workshops_of(principal), recall_id)
    if found is None:
        raise RecallNotFound
    return found


async def items(session: AsyncReadSession, principal: Principal, recall_id: UUID) -> list[RecalledOut]:
    """Its devices that the caller may see. Raises RecallNotFound."""
    await get(session, principal, recall_id)
    return await RecallsRepository.from_session(session).items(relais_of(principal), workshops_of(principal), recall_id)


async def by_relais(session: AsyncReadSession, principal: Principal, recall_id: UUID) -> list[AtRelais]:
    """How far each Relais is, of a recall that the caller has found."""
    return await RecallsRepository.from_session(session).by_relais(
        relais_of(principal), workshops_of(principal), recall_id
    )


async def _target(session: AsyncReadSession | AsyncSession, said: TargetIn) -> Target:
    try:
        label = parse_label(said.label)
    except IdentifierError as error:
        raise NoSuchDevice from error
    device = await RecallsRepository.from_session(session).by_label(label)
    if device is None:
        raise NoSuchDevice
    if said.what is What.LOT:
        return Target(What.LOT, label, lot_id=device.lot_id)
    if device.model is None:
        raise ModelUnknown
    return Target(
        What.MODEL, device.name, category=device.category, manufacturer=device.manufacturer, model=device.model
    )
