"""The service object: what the api, the worker, the commands and the contracts read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiere.mail.invitation import MEMBERSHIP
from filiere.roles import Role
from filiere.service import Background, OfflinePages, Service

from distribute.campaigns.events import CampaignEnded, CampaignPublished
from distribute.demand.events import DemandUpdated
from distribute.handlers import SUBSCRIPTIONS
from distribute.handovers.events import DeviceBroughtBack, DeviceHandedOver, DeviceHandoverUndone
from distribute.incidents.events import DeviceFound, DeviceLost, DeviceReported, DeviceReturned
from distribute.loans.events import DeviceLent, DeviceLoanEnded
from distribute.navigation import NAVIGATION
from distribute.news.kinds import MAILS, OF_CAMPAIGNS, TO_APPLICANTS, TO_DIRECTORS, TO_REFERRERS
from distribute.orders.events import (
    OrderAllocated,
    OrderApproved,
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderPlaced,
)
from distribute.price_lists.events import PriceListPublished, PriceListWithdrawn
from distribute.reservations.events import DeviceRecallAnswered, DeviceReleased, DeviceReserved
from distribute.settings import DistributeSettings
from distribute.shipments.events import DeviceDelivered, DeviceShipped
from distribute.standing.events import RelaisChanged
from distribute.topics import TOPICS
from distribute.topups.events import (
    TopupActivationTold,
    TopupCodesImported,
    TopupCodesRestocked,
    TopupCodesReturned,
    TopupCodesSent,
    TopupCodesWithdrawn,
    TopupHandedOver,
    TopupHandoverUndone,
    TopupOfferClosed,
    TopupOfferReopened,
)

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData


def _routers() -> "Sequence[APIRouter]":
    """Loaded by the api process only."""
    from distribute.routers import ROUTERS

    return ROUTERS


def _background() -> Sequence[Background[DistributeSettings]]:
    """Loaded by the worker process only."""
    from distribute.jobs import BACKGROUND

    return BACKGROUND


def _tables() -> "MetaData":
    """Loaded by migrations and tests only."""
    from distribute.tables import metadata

    return metadata


service = Service(
    name="distribute",
    title="Distribution",
    settings=DistributeSettings,
    tables=_tables,
    topics=TOPICS,
    events=[
        OrderPlaced,
        OrderChanged,
        OrderApproved,
        OrderAllocated,
        OrderCancelled,
        OrderClosed,
        DeviceReserved,
        DeviceReleased,
        DeviceRecallAnswered,
        DeviceShipped,
        DeviceDelivered,
        DeviceHandedOver,
        DeviceHandoverUndone,
        DeviceBroughtBack,
        DeviceReported,
        DeviceLost,
        DeviceFound,
        DeviceReturned,
        DeviceLent,
        DeviceLoanEnded,
        DemandUpdated,
        RelaisChanged,
        PriceListPublished,
        PriceListWithdrawn,
        CampaignPublished,
        CampaignEnded,
        TopupCodesImported,
        TopupCodesSent,
        TopupCodesReturned,
        TopupCodesRestocked,
        TopupHandedOver,
        TopupHandoverUndone,
        TopupActivationTold,
        TopupCodesWithdrawn,
        TopupOfferClosed,
        TopupOfferReopened,
    ],
    secrets=("topup_keys",),
    subscriptions=SUBSCRIPTIONS,
    routers=_routers,
    background=_background,
    navigation=NAVIGATION,
    mails=[*MEMBERSHIP, *MAILS, *OF_CAMPAIGNS, *TO_APPLICANTS, *TO_DIRECTORS, *TO_REFERRERS],
    offline=OfflinePages(
        desks={"reception": "Recevoir", "offline_till": "Caisse sans réseau"}, kept=("reception", "offline_till")
    ),
    organisation_role=Role.RELAIS,
    organisation_table="relais",
)
