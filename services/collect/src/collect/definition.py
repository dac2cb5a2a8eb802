"""The service object: what the api, the worker, the commands and the contracts read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiere.mail.invitation import MEMBERSHIP
from filiere.roles import Role
from filiere.service import Background, Service

from collect.devices.projection import handlers as devices
from collect.donations.events import (
    DonationAccepted,
    DonationCancelled,
    DonationDeclared,
    DonationDeclined,
    DonationWithdrawn,
    PickupScheduled,
)
from collect.keys import KEY_SCOPES
from collect.lots.events import LotCollected, LotDispatched, LotManifest
from collect.navigation import NAVIGATION
from collect.network import handlers as network
from collect.news.kinds import MAILS
from collect.settings import CollectSettings
from collect.topics import TOPICS
from collect.wanted import handlers as wanted
from collect.workshops import handlers as workshops

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData

__all__ = ["service"]


def _routers() -> "Sequence[APIRouter]":
    """Loaded by the api process only."""
    from collect.routers import ROUTERS

    return ROUTERS


def _background() -> Sequence[Background[CollectSettings]]:
    """Loaded by the worker process only."""
    from collect.jobs import BACKGROUND

    return BACKGROUND


def _tables() -> "MetaData":
    """Loaded by migrations and tests only."""
    from collect.tables import metadata

    return metadata


service = Service(
    name="collect",
    title="Collecte",
    tables=_tables,
    topics=TOPICS,
    events=[
        DonationDeclared,
        DonationAccepted,
        DonationDeclined,
        DonationWithdrawn,
        DonationCancelled,
        PickupScheduled,
        LotCollected,
        LotDispatched,
        LotManifest,
    ],
    subscriptions=[*workshops.SUBSCRIPTIONS, *devices.SUBSCRIPTIONS, *wanted.SUBSCRIPTIONS, *network.SUBSCRIPTIONS],
    routers=_routers,
    background=_background,
    keeps_files=True,
    settings=CollectSettings,
    reapplies=True,
    navigation=NAVIGATION,
    mails=[*MEMBERSHIP, *MAILS],
    organisation_role=Role.DONOR,
    organisation_table="donor",
    organisation_closed="refused_at",
    key_scopes=KEY_SCOPES,
)
