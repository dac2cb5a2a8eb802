"""Events of the workshops become stock."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncSession
from filiere.kafka import Invalid, Received, Subscription

from distribute.after_sale.keeping import keep_repaired
from distribute.after_sale.repository import AfterSaleRepository
from distribute.allocation.replacing import release_and_replace
from distribute.demand.service import refresh
from distribute.incidents.events import DeviceReturned
from distribute.incidents.repository import IncidentsRepository
from distribute.incidents.status import Outcome
from distribute.moving_in import service as moving_in
from distribute.news import service as news
from distribute.orders.release import release
from distribute.orders.repository import OrdersRepository
from distribute.recalls import service as recalls_service
from distribute.recalls.repository import RecallsRepository
from distribute.reservations.events import DeviceRecallAnswered
from distribute.reservations.repository import ReservationsRepository
from distribute.statuses import StockStatus
from distribute.stock.incoming import AskedBackDevice, ReadyDevice, RecalledDevice, WithdrawnDevice
from distribute.stock.projection_repository import InStock, StockProjection
from distribute.stock.ready_or_withdrawn import turns_of
from distribute.why import Ending, TakenBack

NETWORK = "filiere"
"""Who promises another device when a workshop takes one back."""
GONE = frozenset({StockStatus.SHIPPED, StockStatus.DELIVERED, StockStatus.LENT, StockStatus.HANDED_OVER})


async def project_devices(session: AsyncSession, events: Sequence[Received[Any]]) -> None:
    """Put ready devices into stock, take withdrawn and recalled ones out. The last word about a device counts."""
    turns = turns_of(received.event for received in events)
    await moving_in.hold(session, [device for turn in turns for device in turn.ready])
    stock = StockProjection.from_session(session)
    cases = AfterSaleRepository.from_session(session)
    recalls = RecallsRepository.from_session(session)
    touched = {device for turn in turns for device in (*turn.withdrawn, *turn.asked)}
    # A case that is opened after this look is none that a device was repaired for which is ready by now.
    cases_of = await cases.opened_for([device for turn in turns for device in turn.ready])
    waited_for = {device for device, waits in cases_of.items() if waits}
    if touched or waited_for:
        await _hold(session, sorted(touched), sorted(waited_for))
    short_again: set[UUID] = set()
    for turn in turns:
        if turn.withdrawn:
            short_again |= await _withdraw(session, turn.withdrawn)
        if turn.asked:
            short_again |= await _give_back(session, turn.asked)
        if turn.withdrawn or turn.asked:
            await recalls.back([*turn.withdrawn, *turn.asked])
        if turn.ready:
            await stock.put(list(turn.ready.values()))
            await moving_in.put_in_place(session, list(turn.ready))
            if came_back := turn.ready.keys() & cases_of.keys():
                await cases.repaired(sorted(came_back))
            if await recalls.are_under_way():  # asked when they lie in stock: a recall sees them, or is seen
                await recalls.hold_what_is_meant(list(turn.ready))
            if back := sorted(turn.ready.keys() & waited_for):
                short_again |= set(await keep_repaired(session, back, NETWORK))
    if short_again or any(turn.ready for turn in turns):
        await stock.announce()  # on wish another is promised to a line that is short again
    await refresh(session, sorted(short_again))


async def _hold(session: AsyncSession, device_ids: Sequence[UUID], waited_for: Sequence[UUID]) -> None:
    """Take all locks that withdrawals and promises to who waits for a repair need, before a device is touched."""
    stock = StockProjection.from_session(session)
    if not waited_for and not await stock.in_stock(device_ids):
        return
    # A run in progress counts on these devices: wait for it, then look again at what it made of them.
    await ReservationsRepository.from_session(session).lock_allocation()
    orders = {one.order_id for one in await stock.in_stock(device_ids) if one.order_id is not None}
    await OrdersRepository.from_session(session).for_update(sorted(orders))
    await AfterSaleRepository.from_session(session).waited_for_for_update(waited_for)


async def _withdraw(session: AsyncSession, withdrawn: Mapping[UUID, WithdrawnDevice | RecalledDevice]) -> set[UUID]:
    """Returns the orders that lost a promise.

    A workshop takes what is free; a promise that it has not heard of may have crossed its word, and a shipment too. It
    has the device in hand, so that never left. What somebody has received is another matter: people settle that.
    """
    stock = StockProjection.from_session(session)
    found = await stock.in_stock(list(withdrawn))
    for one in found:
        # A word of a later release: whoever has the device, a person looks.
        is_gone = one.status in GONE or not StockStatus(one.status).is_known
        if is_gone and one.status != StockStatus.SHIPPED:
            words = StockStatus(one.status).label_fr.lower()
            raise Invalid(f"L'équipement {one.label} est déjà « {words} » : il ne peut plus être retiré à l'atelier.")
    await stock.withdraw_free([one.device_id for one in found])
    await _returned(session, [one.device_id for one in found])
    promised: dict[tuple[StockStatus, str], list[UUID]] = {}
    for one in found:
        status = StockStatus(one.status)
        if status in {StockStatus.RESERVED, StockStatus.SHIPPED}:
            promised.setdefault((status, withdrawn[one.device_id].reason), []).append(one.device_id)
    await _take_back(session, promised, Ending.WITHDRAWN)
    given_up = [device_id for device_id, event in withdrawn.items() if isinstance(event, WithdrawnDevice)]
    for one_case in await AfterSaleRepository.from_session(session).given_up(given_up):
        await news.not_repairable(session, one_case.relais_id, one_case.id, one_case.label)
    return _orders_of(found, promised)


async def _take_back(
    session: AsyncSession, promised: Mapping[tuple[StockStatus, str], Sequence[UUID]], ending: Ending
) -> None:
    """End promises because their workshop has the devices; those that were said to be on their way never left."""
    for (status, reason), devices in sorted(promised.items()):
        said = Ending.NEVER_LEFT if status is StockStatus.SHIPPED else ending
        why = TakenBack(ending=said, detail=reason.strip().rstrip("."))
        if said is Ending.RECALLED:
            await release_and_replace(session, devices, why, NETWORK, into=StockStatus.WITHDRAWN)
        else:
            await release(session, devices, why, into=StockStatus.WITHDRAWN, held=status)
        await IncidentsRepository.from_session(session).settle(devices, Outcome.RETURNED)


def _orders_of(found: Iterable[InStock], promised: Mapping[tuple[StockStatus, str], Sequence[UUID]]) -> set[UUID]:
    lost = {device_id for devices in promised.values() for device_id in devices}
    return {one.order_id for one in found if one.device_id in lost and one.order_id is not None}


async def _give_back(session: AsyncSession, asked: Mapping[UUID, AskedBackDevice]) -> set[UUID]:
    """Answer each workshop that asks a device back: yes until it has left, or until somebody has received it when the
    workshop says that it never did. What is kept with a disk that nobody wiped is recalled: nobody is given it.

    Returns the orders that lost a promise.
    """
    stock = StockProjection.from_session(session)
    found = {one.device_id: one for one in await stock.in_stock(list(asked))}
    promised: dict[tuple[StockStatus, str], list[UUID]] = {}
    kept: set[UUID] = set()
    stopped: set[UUID] = set()
    for device_id, one in found.items():
        status = StockStatus(one.status)
        if status is StockStatus.RESERVED or (status is StockStatus.SHIPPED and asked[device_id].never_left):
            promised.setdefault((status, asked[device_id].reason), []).append(device_id)
        elif status in GONE or not status.is_known:
            kept.add(device_id)
            if asked[device_id].unwiped:
                stopped.add(device_id)
    await stock.withdraw_free(list(found))
    await _returned(session, list(found))
    await _take_back(session, promised, Ending.RECALLED)
    if stopped:
        await recalls_service.stop(session, sorted(stopped))
    answers = [
        DeviceRecallAnswered(device_id=device_id, given_back=device_id not in kept) for device_id in sorted(asked)
    ]
    await outbox.append(session, answers)
    return _orders_of(found.values(), promised)


async def _returned(session: AsyncSession, device_ids: Sequence[UUID]) -> None:
    """Their workshop has again those that were given up or on their way back."""
    back = await StockProjection.from_session(session).take_back(device_ids)
    await AfterSaleRepository.from_session(session).arrived(back)
    await outbox.append(session, [DeviceReturned(device_id=device_id) for device_id in back])


SUBSCRIPTIONS = [
    Subscription("refurbish.devices", [ReadyDevice, WithdrawnDevice, RecalledDevice, AskedBackDevice], project_devices)
]
