"""Receive by scan at a Relais: whatever identifies a device, of whichever of its parcels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from filiere import outbox
from filiere.database import AsyncSession, Scope
from filiere.identifiers import IdentifierError, parse_label, readings
from filiere.web import Principal, Role, gettext, ngettext, told

from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.shipments.errors import ShipmentInTheWay, ShipmentNotFound
from distribute.shipments.events import DeviceDelivered
from distribute.shipments.repository import LockedShipment, ShipmentsRepository, Travelling
from distribute.shipments.schemas import DeliveryOut, ReceptionOut, ScanKind, ScanOut
from distribute.shipments.service import get
from distribute.statuses import ShipmentStatus, StockStatus
from distribute.tenancy import own_relais_of

_LEFT = (ShipmentStatus.SHIPPED, ShipmentStatus.DELIVERED)


async def deliver(session: AsyncSession, principal: Principal, shipment_id: UUID, typed: Sequence[str]) -> DeliveryOut:
    """Receive what was scanned while this shipment was at hand; what another parcel of the Relais carries, too.

    Raises ShipmentNotFound, ShipmentInTheWay. Scanning again changes nothing.
    """
    shipment = await get(session, principal, shipment_id)
    if not principal.may_act_for(Role.RELAIS, shipment.relais_id):
        raise ShipmentNotFound
    if shipment.status not in _LEFT:
        raise ShipmentInTheWay(shipment.reference, shipment.status, "il n'est pas encore en route")
    found, scans = await _receive(session, Scope((shipment.relais_id,)), typed)
    after = await get(session, principal, shipment_id)
    missing = sorted(item.label for item in after.items if item.status is StockStatus.SHIPPED)
    return DeliveryOut(
        shipment=after,
        found=found,
        missing=missing,
        surplus=sorted(scan.label for scan in scans if scan.kind is ScanKind.SURPLUS),
        unknown=sorted(scan.label for scan in scans if scan.kind is ScanKind.UNKNOWN),
        scans=scans,
        sentence=_summary(len(found), missing, scans),
    )


async def receive(session: AsyncSession, principal: Principal, typed: Sequence[str]) -> ReceptionOut:
    """Receive what was scanned, of all parcels that are on their way to the caller's Relais."""
    scope = own_relais_of(principal)
    found, scans = await _receive(session, scope, typed)
    left = await ShipmentsRepository.from_session(session).expected(scope)
    return ReceptionOut(
        found=found, left=len(left), scans=scans, sentence=_summary(len(found), [one.label for one in left], scans)
    )


async def take_in(session: AsyncSession, shipment: LockedShipment, device_ids: Sequence[UUID]) -> None:
    """Devices of a shipment that the caller holds are in the Relais' hands; tells it; some may be in already."""
    repository = ShipmentsRepository.from_session(session)
    travelling = [
        one.device_id
        for one in await repository.carried_for_update(shipment.id)
        if one.status == StockStatus.SHIPPED.value
    ]
    found = sorted(set(device_ids) & set(travelling))
    if not found:
        return
    await repository.deliver(shipment.id, found, complete=len(found) == len(travelling))
    told = [
        DeviceDelivered(
            device_id=device_id,
            shipment_id=shipment.id,
            relais_id=shipment.relais_id,
            territory=shipment.territory,
        )
        for device_id in found
    ]
    await outbox.append(session, told)
    await restate(session, [shipment.order_id])


class _Read(NamedTuple):
    """A scan and all that it may identify; `label`: as it is said back."""

    values: list[str]
    label: str
    sentence: str


async def _receive(session: AsyncSession, relais: Scope, typed: Sequence[str]) -> tuple[list[str], list[ScanOut]]:
    """Take in what travels to these Relais, in the order of everybody's locks: its labels, and a word on each scan."""
    repository = ShipmentsRepository.from_session(session)
    scans = _read(typed)
    values = sorted({value for scan in scans for value in scan.values})
    seen = await repository.travelling(relais, values)
    await OrdersRepository.from_session(session).for_update(sorted({one.order_id for one in seen}))
    carriers = sorted({one.shipment_id for one in seen if one.status in _LEFT})
    shipments = {shipment_id: await repository.get_for_update(shipment_id) for shipment_id in carriers}
    carried = {
        (shipment_id, one.device_id): one
        for shipment_id in carriers
        for one in await repository.carried_for_update(shipment_id)
    }
    named = _by_value(seen)
    said: dict[str, ScanOut] = {}
    strangers: list[_Read] = []
    found: dict[UUID, list[UUID]] = {}
    new: list[str] = []
    for scan in scans:
        devices = {one.device_id: one for value in scan.values for one in named.get(value, ())}
        # A serial that two devices share identifies neither.
        one = next(iter(devices.values())) if len(devices) == 1 else None
        if one is None or one.status not in _LEFT:
            strangers.append(scan)
        elif one.label in said:
            continue
        else:
            held = carried.get((one.shipment_id, one.device_id))
            is_new = held is not None and held.status == StockStatus.SHIPPED.value
            if is_new:
                found.setdefault(one.shipment_id, []).append(one.device_id)
                new.append(one.label)
            said[one.label] = _here(one.label, is_new=is_new, is_recalled=held is not None and held.is_recalled)
    for shipment_id in sorted(found):
        await take_in(session, shipments[shipment_id], found[shipment_id])
    known = await repository.known([scan.label for scan in strangers])
    return sorted(new), [*said.values(), *(_stranger(scan, scan.label in known) for scan in strangers)]


def _here(label: str, *, is_new: bool, is_recalled: bool) -> ScanOut:
    if is_recalled and is_new:
        kind, sentence = (
            ScanKind.RECALLED,
            gettext("%(label)s : reçu, mais rappelé. Ne le remettez à personne : renvoyez-le à son atelier."),
        )
    elif is_recalled:
        kind, sentence = (
            ScanKind.RECALLED,
            gettext("%(label)s : déjà reçu, mais rappelé. Ne le remettez à personne : renvoyez-le à son atelier."),
        )
    elif is_new:
        kind, sentence = ScanKind.FOUND, gettext("%(label)s : reçu.")
    else:
        kind, sentence = ScanKind.ALREADY, gettext("%(label)s : déjà reçu.")
    return ScanOut(label=label, kind=kind, sentence=sentence % {"label": label})


def _read(typed: Iterable[str]) -> list[_Read]:
    """Each text once, in the order in which it was scanned."""
    scans: dict[str, _Read] = {}
    for text in typed:
        sentence = ""
        try:
            label = parse_label(text)
        except IdentifierError as error:
            label = text.strip()[:40]
            # Who types one of ours is told what is wrong with it; another number has no form of ours to keep.
            sentence = told(str(error)) if label[:3].upper() == "FIL" else ""
        values = readings(text)
        if values and values[0] != label:
            label, sentence = values[0], ""
        scans.setdefault(label, _Read(values, label, sentence))
    return list(scans.values())


def _by_value(seen: Iterable[Travelling]) -> Mapping[str, list[Travelling]]:
    named: dict[str, list[Travelling]] = {}
    for one in seen:
        named.setdefault(one.value, []).append(one)
    return named


def _stranger(scan: _Read, is_known: bool) -> ScanOut:
    if is_known:
        sentence = gettext("%(label)s n'était pas attendu ici : mettez-le de côté et prévenez la coordination.")
        return ScanOut(label=scan.label, kind=ScanKind.SURPLUS, sentence=sentence % {"label": scan.label})
    sentence = gettext(
        "%(label)s n'est pas connu ici : essayez son étiquette, son numéro de série, son IMEI ou son numéro "
        "d'inventaire. Sinon, mettez l'équipement de côté et prévenez la coordination."
    )
    return ScanOut(label=scan.label, kind=ScanKind.UNKNOWN, sentence=scan.sentence or sentence % {"label": scan.label})


def _summary(found: int, missing: Sequence[str], scans: Sequence[ScanOut]) -> str:
    """What happened, in one or two sentences."""
    already = sum(scan.kind is ScanKind.ALREADY for scan in scans)
    recalled = sum(scan.kind is ScanKind.RECALLED for scan in scans)
    strangers = sum(scan.kind in (ScanKind.SURPLUS, ScanKind.UNKNOWN) for scan in scans)
    listed = ", ".join(missing[:5]) + ("…" if len(missing) > 5 else "")
    parts = [ngettext("%(num)s équipement reçu", "%(num)s équipements reçus", found) % {"num": found}]
    if already:
        parts.append(ngettext("%(num)s déjà reçu", "%(num)s déjà reçus", already) % {"num": already})
    if missing:
        on_the_road = ngettext(
            "%(num)s encore en route (%(listed)s)", "%(num)s encore en route (%(listed)s)", len(missing)
        )
        parts.append(on_the_road % {"num": len(missing), "listed": listed})
    if recalled:
        back = ngettext("%(num)s à renvoyer à l'atelier", "%(num)s à renvoyer à l'atelier", recalled)
        parts.append(back % {"num": recalled})
    if strangers:
        parts.append(ngettext("%(num)s à mettre de côté", "%(num)s à mettre de côté", strangers) % {"num": strangers})
    return ", ".join(parts) + "."
