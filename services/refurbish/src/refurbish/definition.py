"""The service object: what the api, the worker, the commands and the contracts read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from filiere.kafka import Subscription, Topic
from filiere.roles import Role
from filiere.service import NavigationItem, Service
from filiere.settings import Settings

from refurbish.arrivals.events import LotArrived, LotReconciled
from refurbish.arrivals.handlers import LotDispatched, LotManifest, expect_lots
from refurbish.demand.handlers import DemandUpdated, project_demand
from refurbish.devices.events import (
    DeviceArrived,
    DeviceErased,
    DeviceGraded,
    DeviceReady,
    DeviceTested,
    DeviceWithdrawn,
)
from refurbish.devices.handlers import DeviceReleased, DeviceReserved, DeviceShipped, follow_devices
from refurbish.workshops.events import WorkshopCapacityChanged

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData

YEAR = timedelta(days=365)


def routers() -> "Sequence[APIRouter]":
    """Every router; imported here, so that the worker never loads a page."""
    from refurbish.arrivals import api as arrivals
    from refurbish.arrivals import pages as arrival_pages
    from refurbish.arrivals.mismatches import api as mismatches
    from refurbish.arrivals.mismatches import pages as mismatch_pages
    from refurbish.audits import api as audits
    from refurbish.audits import pages as audit_pages
    from refurbish.bench import api as bench
    from refurbish.bench import pages as bench_pages
    from refurbish.demand import api as demand
    from refurbish.demand import pages as demand_pages
    from refurbish.devices import api as devices
    from refurbish.erasure import api as erasure
    from refurbish.erasure import pages as erasure_pages
    from refurbish.grading import api as grading
    from refurbish.grading import pages as grading_pages
    from refurbish.test_sheets import api as tests
    from refurbish.test_sheets import pages as test_pages
    from refurbish.workshops import api as workshops
    from refurbish.workshops import pages as workshop_pages

    return [
        workshops.router, arrivals.router, arrivals.scans, mismatches.router, devices.router, bench.router,
        erasure.router, audits.router, tests.router, grading.router, demand.router,
        arrival_pages.router, bench_pages.router, bench_pages.printed, erasure_pages.router, audit_pages.router,
        test_pages.router, grading_pages.router, mismatch_pages.router, demand_pages.router, workshop_pages.router,
    ]  # fmt: skip


EVENTS = (
    WorkshopCapacityChanged, LotArrived, LotReconciled, DeviceArrived, DeviceErased, DeviceTested, DeviceGraded,
    DeviceReady, DeviceWithdrawn,
)  # fmt: skip


def _tables() -> "MetaData":
    """Loaded by migrations and tests only."""
    from refurbish.tables import metadata

    return metadata


service = Service(
    name="refurbish",
    title="Atelier",
    tables=_tables,
    topics=[
        Topic("refurbish.lots", key="lot_id", description="Arrival and count of lots.", retention=YEAR),
        Topic(
            "refurbish.devices", key="device_id", description="What the workshop does to each device.", retention=YEAR
        ),
        Topic(
            "refurbish.workshops",
            key="workshop_id",
            description="What each workshop can take in a week.",
            retention=None,
            compacted=True,
        ),
    ],
    events=EVENTS,
    subscriptions=[
        Subscription("collect.lots", [LotDispatched, LotManifest], expect_lots),
        Subscription("distribute.devices", [DeviceReserved, DeviceReleased, DeviceShipped], follow_devices),
        Subscription("distribute.demand", [DemandUpdated], project_demand),
    ],
    routers=routers,
    settings=Settings,
    navigation=[
        NavigationItem("Scanner", "scan", frozenset({Role.WORKSHOP, Role.COORDINATOR})),
        NavigationItem("Lots", "lots", frozenset({Role.WORKSHOP, Role.COORDINATOR})),
        NavigationItem("Équipements", "devices", frozenset({Role.WORKSHOP, Role.COORDINATOR})),
        NavigationItem("Attendus", "demand", frozenset({Role.WORKSHOP, Role.COORDINATOR})),
        NavigationItem("Ateliers", "workshops", frozenset({Role.COORDINATOR})),
        NavigationItem("Accès", "members", frozenset({Role.COORDINATOR})),
    ],
    organisation_table="workshop",
)
