"""The service object: what the api, the worker, the commands and the contracts read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiere.kafka import Topic
from filiere.service import Background, Service

from distribute.demand.events import DemandUpdated
from distribute.handlers import subscription as devices
from distribute.handovers.events import DeviceHandedOver
from distribute.navigation import NAVIGATION
from distribute.orders.events import OrderAllocated, OrderApproved, OrderCancelled, OrderClosed, OrderPlaced
from distribute.reservations.events import DeviceReleased, DeviceReserved
from distribute.settings import DistributeSettings
from distribute.shipments.events import DeviceDelivered, DeviceShipped

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData


def _routers() -> "Sequence[APIRouter]":
    from distribute.routes import routers

    return routers()


def _background() -> Sequence[Background[DistributeSettings]]:
    from distribute.allocation.continuous import promise_what_becomes_ready
    from distribute.allocation.proposals.worker import compute_proposals

    return [compute_proposals, promise_what_becomes_ready]


def _tables() -> "MetaData":
    """Loaded by migrations and tests only."""
    from distribute.tables import metadata

    return metadata


service = Service(
    name="distribute",
    title="Distribution",
    settings=DistributeSettings,
    tables=_tables,
    topics=[
        Topic("distribute.orders", "order_id", "The life of an order, from its placing to its closing."),
        Topic("distribute.devices", "device_id", "Promises, travel and handover of each device."),
        Topic(
            "distribute.demand",
            "category:grade:territory",
            "Devices that approved orders still wait for; the newest value per key.",
            retention=None,
            compacted=True,
        ),
    ],
    events=[
        OrderPlaced,
        OrderApproved,
        OrderAllocated,
        OrderCancelled,
        OrderClosed,
        DeviceReserved,
        DeviceReleased,
        DeviceShipped,
        DeviceDelivered,
        DeviceHandedOver,
        DemandUpdated,
    ],
    subscriptions=[devices],
    routers=_routers,
    background=_background,
    navigation=NAVIGATION,
    organisation_table="relais",
)
