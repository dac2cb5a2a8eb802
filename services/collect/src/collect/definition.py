"""The service object: what the api, the worker, the commands and the contracts read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiere.service import Background, Service

from collect.donations import models as _donations  # noqa: F401 - tables register themselves in the metadata
from collect.donations.events import DonationAccepted, DonationDeclared, DonationDeclined, PickupScheduled
from collect.donors import models as _donors  # noqa: F401
from collect.imports import models as _imports  # noqa: F401
from collect.lots import models as _lots  # noqa: F401
from collect.lots.events import LotCollected, LotDispatched, LotManifest
from collect.models import Base
from collect.navigation import navigation
from collect.outcomes import models as _outcomes  # noqa: F401
from collect.outcomes.projection import handlers as outcomes
from collect.settings import CollectSettings
from collect.topics import DONATIONS, LOTS
from collect.workshops import models as _workshops  # noqa: F401
from collect.workshops.handlers import workshops

if TYPE_CHECKING:
    from fastapi import APIRouter

__all__ = ["service"]


def _routers() -> "Sequence[APIRouter]":
    """Loaded by the api process only."""
    from collect.routers import routers

    return routers


def _background() -> Sequence[Background]:
    """Loaded by the worker process only."""
    from collect.jobs import do_jobs

    return [do_jobs]


service = Service(
    name="collect",
    title="Collecte",
    metadata=Base.metadata,
    topics=[DONATIONS, LOTS],
    events=[
        DonationDeclared,
        DonationAccepted,
        DonationDeclined,
        PickupScheduled,
        LotCollected,
        LotDispatched,
        LotManifest,
    ],
    subscriptions=[workshops, outcomes.lots, outcomes.work, outcomes.promises],
    routers=_routers,
    background=_background,
    settings=CollectSettings,
    reapplies=True,
    navigation=navigation,
    organisation_table="donor",
)
