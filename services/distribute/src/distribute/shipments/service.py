"""Pack and send shipments."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal, Role

from distribute.news import service as news
from distribute.orders import service as orders
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.shipments.errors import NothingToShip, ShipmentInTheWay, ShipmentNotFound
from distribute.shipments.events import DeviceShipped
from distribute.shipments.repository import LockedShipment, ShipmentsRepository
from distribute.shipments.schemas import CarriageIn, ShipmentOut
from distribute.statuses import ShipmentStatus
from distribute.tenancy import relais_of, workshops_of


async def pack(session: AsyncSession, principal: Principal, order_id: UUID) -> list[ShipmentOut]:
    """Prepare what is reserved for an order, one shipment per workshop. Raises OrderNotFound, NothingToShip."""
    order = await orders.get_for_update(session, principal, order_id)
    repository = ShipmentsRepository.from_session(session)
    packed = await repository.pack([order_id])
    if not packed:
        raise NothingToShip(order.reference)
    made = [await repository.get(relais_of(principal), workshops_of(principal), shipment_id) for shipment_id in packed]
    return [shipment for shipment in made if shipment is not None]  # each is of the order, which the caller sees


async def pack_all(session: AsyncSession, order_ids: Sequence[UUID]) -> int:
    """Prepare what is reserved for these orders, for the coordination alone; returns how many shipments took some.

    The orders are locked in id order, as by whoever makes or takes back promises: what is promised stays so meanwhile.
    """
    await OrdersRepository.from_session(session).for_update(order_ids)
    return len(await ShipmentsRepository.from_session(session).pack(order_ids))


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, shipment_id: UUID) -> ShipmentOut:
    """One shipment the caller may see. Raises ShipmentNotFound."""
    found = await ShipmentsRepository.from_session(session).get(
        relais_of(principal), workshops_of(principal), shipment_id
    )
    if found is None:
        raise ShipmentNotFound
    return found


async def carry(session: AsyncSession, principal: Principal, shipment_id: UUID, by: CarriageIn) -> ShipmentOut:
    """Say, or say anew, who carries it. Raises ShipmentNotFound, ShipmentInTheWay."""
    shipment = await get_for_update(session, principal, shipment_id)
    if not principal.may_act_for(Role.WORKSHOP, shipment.workshop_id):
        raise ShipmentNotFound
    if shipment.status not in (ShipmentStatus.PREPARING, ShipmentStatus.SHIPPED):
        raise ShipmentInTheWay(shipment.reference, shipment.status, "il n'a plus de transporteur")
    repository = ShipmentsRepository.from_session(session)
    await repository.carry(shipment_id, by.carrier or None, by.tracking or None)
    return await get(session, principal, shipment_id)


async def ship(
    session: AsyncSession, principal: Principal, shipment_id: UUID, by: CarriageIn | None = None
) -> ShipmentOut:
    """The devices leave the workshop. Raises ShipmentNotFound, ShipmentInTheWay."""
    shipment = await get_for_update(session, principal, shipment_id)
    if not principal.may_act_for(Role.WORKSHOP, shipment.workshop_id):
        raise ShipmentNotFound
    if shipment.status is not ShipmentStatus.PREPARING:
        raise ShipmentInTheWay(shipment.reference, shipment.status, "il ne peut plus partir")
    repository = ShipmentsRepository.from_session(session)
    if by is not None and (by.carrier or by.tracking):
        await repository.carry(shipment_id, by.carrier or None, by.tracking or None)
    devices = [one.device_id for one in await repository.carried_for_update(shipment_id)]
    await repository.ship(shipment_id, devices)
    await outbox.append(
        session,
        [
            DeviceShipped(
                device_id=device_id,
                shipment_id=shipment_id,
                relais_id=shipment.relais_id,
                territory=shipment.territory,
            )
            for device_id in devices
        ],
    )
    await restate(session, [shipment.order_id])
    left = await get(session, principal, shipment_id)
    await news.departed(session, shipment.relais_id, shipment_id, shipment.reference, left.workshop_name, len(devices))
    return left


async def get_for_update(session: AsyncSession, principal: Principal, shipment_id: UUID) -> LockedShipment:
    """Lock the order, then the shipment: the same order as everybody. Raises ShipmentNotFound."""
    repository = ShipmentsRepository.from_session(session)
    order_id = await repository.order_of(relais_of(principal), workshops_of(principal), shipment_id)
    if order_id is None:
        raise ShipmentNotFound
    await OrdersRepository.from_session(session).for_update([order_id])
    return await repository.get_for_update(shipment_id)
