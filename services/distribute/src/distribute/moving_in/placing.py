"""A device of before as rows and events: its order, its parcel, what it was handed over for. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Tier
from filiere.events import Event
from filiere.identifiers import uuid7
from filiere.movein.ids import carried_id
from filiere.movein.wire import CarriedPlace, at

from distribute.handovers.events import DeviceHandedOver
from distribute.handovers.status import HandoverKind
from distribute.orders.schemas import reference
from distribute.reservations.events import DeviceReserved
from distribute.shipments.events import DeviceDelivered, DeviceShipped
from distribute.statuses import StockStatus


class Ready(NamedTuple):
    """A free device of which it was said where it went."""

    device_id: UUID
    category: str
    workshop_id: UUID
    workshop_name: str
    relais_id: UUID
    relais_name: str
    territory: str
    source: str
    said: CarriedPlace


class Placed(NamedTuple):
    """Where it is put; ids by its old order, so that a second batch joins the first."""

    of: Ready
    order_id: UUID
    line_id: UUID
    shipment_id: UUID
    reservation_id: UUID
    handover_id: UUID
    status: StockStatus
    shipped_at: datetime
    delivered_at: datetime | None
    handed_over_at: datetime | None

    @property
    def kind(self) -> HandoverKind:
        return HandoverKind.GIVEN if self.of.said.tier is Tier.GIFT else HandoverKind.SOLD

    @property
    def cents(self) -> int:
        return 0 if self.kind is HandoverKind.GIVEN else self.of.said.cents


def placed(ready: Ready) -> Placed:
    """One order of the old tool is two here: what was handed over is over, what was not may still be."""
    said = ready.said
    is_over = said.handed_over_on is not None
    here = said.delivered_on or said.handed_over_on
    order_id = carried_id(ready.source, "order", f"{ready.relais_id} {said.order} {'over' if is_over else 'open'}")
    status = StockStatus.SHIPPED if here is None else StockStatus.DELIVERED
    return Placed(
        of=ready,
        order_id=order_id,
        line_id=carried_id(ready.source, "line", f"{order_id} {ready.category}"),
        shipment_id=carried_id(ready.source, "shipment", f"{order_id} {ready.workshop_id} {status}"),
        reservation_id=uuid7(),
        handover_id=uuid7(),
        status=StockStatus.HANDED_OVER if is_over else status,
        shipped_at=at(said.shipped_on, 60),
        delivered_at=at(here, 70) if here is not None else None,
        handed_over_at=at(said.handed_over_on, 80) if said.handed_over_on is not None else None,
    )


def told(one: Placed, number: int) -> Iterable[Event]:
    """What the chain hears of it, each on its day; `number`: of its order."""
    where = {"device_id": one.of.device_id, "relais_id": one.of.relais_id, "territory": one.of.territory}
    yield DeviceReserved(
        **where,
        order_id=one.order_id,
        line_id=one.line_id,
        order_reference=reference(number),
        relais_name=one.of.relais_name,
        occurred_at=one.shipped_at,
    )
    yield DeviceShipped(**where, shipment_id=one.shipment_id, occurred_at=one.shipped_at)
    if one.delivered_at is not None:
        yield DeviceDelivered(**where, shipment_id=one.shipment_id, occurred_at=one.delivered_at)
    if one.handed_over_at is not None:
        yield DeviceHandedOver(**where, how=one.kind, occurred_at=one.handed_over_at)


def lines_of(devices: Sequence[Placed]) -> dict[UUID, list[Placed]]:
    """The devices of each line."""
    found: dict[UUID, list[Placed]] = {}
    for one in devices:
        found.setdefault(one.line_id, []).append(one)
    return found
