"""Relais, where devices went, and what Relais wait for; each device is put there once its workshop has it ready."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession
from filiere.movein.ids import device_id, is_carried
from filiere.movein.wire import Moved, Progress, Refused, ToDistribute
from filiere.web import Principal

from distribute.line_quotes import LineQuote, quote_line
from distribute.moving_in.opening import open_orders
from distribute.moving_in.places_repository import PlacesRepository
from distribute.moving_in.placing import placed, told
from distribute.moving_in.registering import register
from distribute.moving_in.repository import MovingInRepository
from distribute.orders.stages import restate
from distribute.price_lists.service import price_book
from distribute.reservations.repository import ReservationsRepository

NO_SUCH_RELAIS = "Son Relais n'est pas inscrit : reprenez-le d'abord."


async def move_in(session: AsyncSession, principal: Principal, batch: ToDistribute) -> Moved:
    """One batch, whole or not at all; the same again changes nothing."""
    repository = MovingInRepository.from_session(session)
    await repository.lock(alone=True)
    ids, made, refused = await register(session, principal, batch.source, batch.relais)
    named = [*(one.relais_id for one in batch.places), *(one.relais_id for one in batch.orders)]
    here = await repository.registered(named) if named else set()
    places = {device_id(batch.source, one.key): one for one in batch.places if one.relais_id in here}
    refused += [Refused(key=one.key, sentence=NO_SUCH_RELAIS) for one in batch.places if one.relais_id not in here]
    refused += [Refused(key=one.key, sentence=NO_SUCH_RELAIS) for one in batch.orders if one.relais_id not in here]
    new = await repository.tell(batch.source, list(places.items()), principal.name or principal.subject)
    await put_in_place(session, list(places))
    orders = [one for one in batch.orders if one.relais_id in here]
    opened, without = await open_orders(session, batch.source, orders)
    refused += without
    known = len(ids) - made + len(places) - new + len(orders) - len(without) - opened
    return Moved(new=made + new + opened, known=known, ids=ids, refused=refused)


async def progress(session: AsyncReadSession, source: str) -> Progress:
    return await MovingInRepository.from_session(session).progress(source)


async def hold(session: AsyncSession, device_ids: Sequence[UUID]) -> None:
    """First of all: nobody says meanwhile where these went, nor makes promises while they are put there."""
    carried = [one for one in device_ids if is_carried(one)]
    if not carried:
        return
    repository = MovingInRepository.from_session(session)
    await repository.lock(alone=False)
    if await repository.any_waits(carried):
        await ReservationsRepository.from_session(session).lock_allocation()


async def put_in_place(session: AsyncSession, device_ids: Sequence[UUID]) -> None:
    """Free devices of which something was said before stand where they went, and the chain hears it.

    What is promised otherwise since stays so. Orders are locked before devices, as always.
    """
    repository, places = MovingInRepository.from_session(session), PlacesRepository.from_session(session)
    if not any(is_carried(one) for one in device_ids) or not await repository.any_waits(device_ids):
        return
    await ReservationsRepository.from_session(session).lock_allocation()
    devices = [placed(one) for one in await repository.free(device_ids)]
    if not devices:
        return
    numbers = await places.orders(devices)
    still = await repository.free_for_update([one.of.device_id for one in devices])
    devices = [one for one in devices if one.of.device_id in still]
    for source in sorted({one.of.source for one in devices}):
        of_source = [one for one in devices if one.of.source == source]
        await places.put(of_source, await repository.run(source), await _quotes(session))
    await outbox.append(session, [event for one in devices for event in told(one, numbers[one.order_id])])
    await repository.applied([one.of.device_id for one in devices])
    await restate(session, sorted(numbers))


async def _quotes(session: AsyncSession) -> dict[str, LineQuote]:
    """What each category costs today, whatever its grade: of what a Relais has still to hand over."""
    book = await price_book(session)
    return {one.value: quote_line(book, one, Grade.D, (), None, today()) for one in Category}
