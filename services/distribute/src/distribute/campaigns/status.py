"""Closed lists of words about campaigns."""

from datetime import date
from enum import StrEnum


class CampaignStatus(StrEnum):
    """What the coordination last decided. Its days alone open and end what is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Stage(StrEnum):
    """Where a campaign is on a day."""

    DRAFT = "draft"
    TO_COME = "to_come"
    RUNNING = "running"
    ENDED = "ended"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label_fr(self) -> str:
        return _STAGE_FR[self]

    @property
    def is_over(self) -> bool:
        return self in (Stage.ENDED, Stage.CLOSED, Stage.CANCELLED)


_STAGE_FR = {
    Stage.DRAFT: "Brouillon",
    Stage.TO_COME: "À venir",
    Stage.RUNNING: "En cours",
    Stage.ENDED: "Terminée",
    Stage.CLOSED: "Clôturée",
    Stage.CANCELLED: "Annulée",
}


class Pricing(StrEnum):
    """What orders of a campaign cost."""

    LIST = "list"
    REDUCED = "reduced"
    GIFT = "gift"

    @property
    def label_fr(self) -> str:
        return _PRICING_FR[self]


_PRICING_FR = {
    Pricing.LIST: "Les prix de la liste en vigueur",
    Pricing.REDUCED: "Une part de ces prix",
    Pricing.GIFT: "Tout est donné",
}


class Way(StrEnum):
    """How a structure came into a campaign."""

    LINK = "link"
    APPLICATION = "application"
    COORDINATION = "coordination"

    @property
    def label_fr(self) -> str:
        return _WAY_FR[self]


_WAY_FR = {
    Way.LINK: "par le lien",
    Way.APPLICATION: "par sa candidature",
    Way.COORDINATION: "par la coordination",
}


def stage_on(status: CampaignStatus, begins_on: date, ends_on: date, day: date) -> Stage:
    """Where a campaign of these days is on one."""
    if status is not CampaignStatus.PUBLISHED:
        return Stage(status.value)
    if day < begins_on:
        return Stage.TO_COME
    return Stage.RUNNING if day <= ends_on else Stage.ENDED
