"""Pack, send and receive shipments."""

from collections.abc import Sequence
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal, Role

from distribute.orders import service as orders
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.shipments.errors import NothingToShip, ShipmentInTheWay, ShipmentNotFound
from distribute.shipments.events import DeviceDelivered, DeviceShipped
from distribute.shipments.repository import LockedShipment, ShipmentsRepository
from distribute.shipments.schemas import DeliveryOut, ScanKind, ScanOut, ShipmentOut
from distribute.statuses import ShipmentStatus, StockStatus
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


async def ship(session: AsyncSession, principal: Principal, shipment_id: UUID) -> ShipmentOut:
    """The devices leave the workshop. Raises ShipmentNotFound, ShipmentInTheWay."""
    shipment = await _get_for_update(session, principal, shipment_id)
    if not principal.may_act_for(Role.WORKSHOP, shipment.workshop_id):
        raise ShipmentNotFound
    if shipment.status is not ShipmentStatus.PREPARING:
        raise ShipmentInTheWay(shipment.reference, shipment.status, "il ne peut plus partir")
    repository = ShipmentsRepository.from_session(session)
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
    return await get(session, principal, shipment_id)


async def deliver(session: AsyncSession, principal: Principal, shipment_id: UUID, typed: Sequence[str]) -> DeliveryOut:
    """Receive by scan: what is in the shipment is delivered, the rest stays in transit, strangers are named.

    Raises ShipmentNotFound, ShipmentInTheWay. Scanning a label again changes nothing.
    """
    shipment = await _get_for_update(session, principal, shipment_id)
    if not principal.may_act_for(Role.RELAIS, shipment.relais_id):
        raise ShipmentNotFound
    if shipment.status not in (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED):
        raise ShipmentInTheWay(shipment.reference, shipment.status, "il n'est pas encore en route")
    repository = ShipmentsRepository.from_session(session)
    carried = {one.label: one for one in await repository.carried_for_update(shipment_id)}
    scans = await _scans(repository, principal, typed, {label: one.status for label, one in carried.items()})
    found = [carried[scan.label].device_id for scan in scans if scan.kind is ScanKind.FOUND]
    labels = {scan.label for scan in scans if scan.kind is ScanKind.FOUND}
    missing = [
        label for label, one in carried.items() if one.status == StockStatus.SHIPPED.value and label not in labels
    ]
    if found:
        await repository.deliver(shipment_id, found, complete=not missing)
        await outbox.append(
            session,
            [
                DeviceDelivered(
                    device_id=device_id,
                    shipment_id=shipment_id,
                    relais_id=shipment.relais_id,
                    territory=shipment.territory,
                )
                for device_id in sorted(found)
            ],
        )
        await restate(session, [shipment.order_id])
    return DeliveryOut(
        shipment=await get(session, principal, shipment_id),
        found=sorted(labels),
        missing=sorted(missing),
        surplus=sorted(scan.label for scan in scans if scan.kind is ScanKind.SURPLUS),
        unknown=sorted(scan.label for scan in scans if scan.kind is ScanKind.UNKNOWN),
        scans=scans,
        sentence=_summary(len(found), sorted(missing), scans),
    )


async def _get_for_update(session: AsyncSession, principal: Principal, shipment_id: UUID) -> LockedShipment:
    """Lock the order, then the shipment: the same order as everybody."""
    repository = ShipmentsRepository.from_session(session)
    order_id = await repository.order_of(relais_of(principal), workshops_of(principal), shipment_id)
    if order_id is None:
        raise ShipmentNotFound
    await OrdersRepository.from_session(session).for_update([order_id])
    return await repository.get_for_update(shipment_id)


async def _scans(
    repository: ShipmentsRepository, principal: Principal, typed: Sequence[str], carried: dict[str, str]
) -> list[ScanOut]:
    scans: list[ScanOut] = []
    strangers: list[str] = []
    for text in typed:
        try:
            label = parse_label(text)
        except IdentifierError as error:
            scans.append(ScanOut(label=text.strip()[:40], kind=ScanKind.UNKNOWN, sentence=str(error)))
            continue
        if label in strangers or any(scan.label == label for scan in scans):
            continue
        if carried.get(label) == StockStatus.SHIPPED.value:
            scans.append(ScanOut(label=label, kind=ScanKind.FOUND, sentence=f"{label} : reçu."))
        elif label in carried:
            scans.append(ScanOut(label=label, kind=ScanKind.ALREADY, sentence=f"{label} : déjà reçu."))
        else:
            strangers.append(label)
    if strangers:
        elsewhere = await repository.elsewhere(relais_of(principal), workshops_of(principal), strangers)
        known = await repository.known(strangers)
        for label in strangers:
            kind = ScanKind.SURPLUS if label in known else ScanKind.UNKNOWN
            scans.append(ScanOut(label=label, kind=kind, sentence=_stranger(label, kind, elsewhere.get(label))))
    return scans


def _stranger(label: str, kind: ScanKind, shipment: str | None) -> str:
    if shipment is not None:
        return f"{label} fait partie de l'envoi {shipment} : scannez-le sur la page de cet envoi."
    if kind is ScanKind.SURPLUS:
        return f"{label} n'était pas attendu ici : mettez-le de côté et prévenez la coordination."
    return f"{label} n'est pas connu : relisez l'étiquette, puis mettez l'équipement de côté."


def _summary(found: int, missing: Sequence[str], scans: Sequence[ScanOut]) -> str:
    """What happened, in one or two sentences."""
    already = sum(scan.kind is ScanKind.ALREADY for scan in scans)
    strangers = sum(scan.kind in (ScanKind.SURPLUS, ScanKind.UNKNOWN) for scan in scans)
    parts = [f"{found} équipement{'s' if found > 1 else ''} reçu{'s' if found > 1 else ''}"]
    if already:
        parts.append(f"{already} déjà reçu{'s' if already > 1 else ''}")
    if missing:
        parts.append(f"{len(missing)} encore en route ({', '.join(missing[:5])}{'…' if len(missing) > 5 else ''})")
    if strangers:
        parts.append(f"{strangers} à mettre de côté")
    return ", ".join(parts) + "."
