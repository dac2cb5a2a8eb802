"""The service object: what the api, the worker, the commands and the contracts read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiere.duties import Duty
from filiere.mail.invitation import MEMBERSHIP
from filiere.roles import Role
from filiere.service import Background, Scans, Service
from filiere.settings import Settings

from refurbish.arrivals.events import LotArrived, LotReconciled
from refurbish.arrivals.remarks.events import DeviceRemarked
from refurbish.arrivals.surplus.events import DeviceSurplus
from refurbish.corrections.events import DeviceCorrected
from refurbish.demand import handlers as demand
from refurbish.devices.events import (
    DeviceArrivalUndone,
    DeviceArrived,
    DeviceErased,
    DeviceGraded,
    DeviceReady,
    DeviceRecallAsked,
    DeviceRecalled,
    DeviceReopened,
    DeviceTested,
    DeviceUngraded,
    DeviceWithdrawn,
)
from refurbish.keys import KEY_SCOPES
from refurbish.moving_in import handlers as moving_in
from refurbish.navigation import NAVIGATION
from refurbish.recalls import handlers as recalls
from refurbish.topics import TOPICS
from refurbish.waste.events import DeviceRecycled, DeviceRecyclingUndone
from refurbish.workshops.events import WorkshopCapacityChanged

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData


def _routers() -> "Sequence[APIRouter]":
    """Loaded by the api process only."""
    from refurbish.routers import ROUTERS

    return ROUTERS


def _background() -> Sequence[Background[Settings]]:
    """Loaded by the worker process only."""
    from refurbish.jobs import BACKGROUND

    return BACKGROUND


def _tables() -> "MetaData":
    """Loaded by migrations and tests only."""
    from refurbish.tables import metadata

    return metadata


service = Service(
    name="refurbish",
    title="Atelier",
    tables=_tables,
    topics=TOPICS,
    events=[
        WorkshopCapacityChanged,
        LotArrived,
        LotReconciled,
        DeviceSurplus,
        DeviceArrived,
        DeviceArrivalUndone,
        DeviceRemarked,
        DeviceCorrected,
        DeviceErased,
        DeviceTested,
        DeviceGraded,
        DeviceUngraded,
        DeviceReady,
        DeviceRecallAsked,
        DeviceRecalled,
        DeviceReopened,
        DeviceWithdrawn,
        DeviceRecycled,
        DeviceRecyclingUndone,
    ],
    subscriptions=[*moving_in.SUBSCRIPTIONS, *recalls.SUBSCRIPTIONS, *demand.SUBSCRIPTIONS],
    routers=_routers,
    background=_background,
    keeps_files=True,
    settings=Settings,
    navigation=NAVIGATION,
    mails=[*MEMBERSHIP],
    scans=Scans(desk="scan", send="send_scan", kept=("scan", "lot")),
    familiar=True,
    organisation_role=Role.WORKSHOP,
    organisation_table="workshop",
    duty_words={
        Duty.LEAD: "Fait tout ; invite, et dit la capacité, les prix des pièces, les devis et les déchets.",
        Duty.COLLEAGUE: "Travaille à l'établi, et confirme les effacements des autres.",
    },
    key_scopes=KEY_SCOPES,
)
