"""A campaign is published, in a first version or another; or it is over."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

from distribute.campaigns.status import Pricing


@event(topic="distribute.campaigns", name="campaign-published", version=1, key="campaign_id")
class CampaignPublished(Event):
    """A campaign runs from its first day to its last, by these terms and the policy that is in force with them."""

    campaign_id: UUID = Field(description="The campaign.")
    name: str = Field(description="As lines of orders and devices bear it.")
    terms_version: int = Field(description="Its version that counts from now on.")
    begins_on: date = Field(description="First day on which Relais order for it, in Paris.")
    ends_on: date = Field(description="Last one.")
    target_people: int = Field(description="People to equip; 0: no target.")
    publics: list[str] = Field(max_length=14, description="Whom it is for, in the words of data.inclusion; none: all.")
    territories: list[str] = Field(max_length=110, description="Codes of départements; none: all.")
    share_percent: int = Field(description="Of the stock of everybody that its lines may take.")
    arrivals_percent: int = Field(description="Of what becomes ready during it that is set aside for it.")
    pricing: Pricing = Field(description="What its orders cost.")
    price_percent: int | None = Field(description="Of the price of the list, where that is a part of it.")
    policy: str = Field(description="The allocation policy that is in force with it, by name and version.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-01T09:00:00Z",
        "campaign_id": "0193a1b2-0000-7000-8000-0000000000f1",
        "name": "Hiver connecté",
        "terms_version": 1,
        "begins_on": "2026-12-07",
        "ends_on": "2027-02-28",
        "target_people": 2000,
        "publics": ["seniors"],
        "territories": ["48"],
        "share_percent": 10,
        "arrivals_percent": 20,
        "pricing": "gift",
        "price_percent": None,
        "policy": "allocation_2026 v1",
    }


@event(topic="distribute.campaigns", name="campaign-ended", version=1, key="campaign_id")
class CampaignEnded(Event):
    """A campaign is over before its last day or after it: nothing is set aside for it any more."""

    campaign_id: UUID = Field(description="The campaign.")
    name: str = Field(description="As it was published.")
    was_cancelled: bool = Field(description="Before its first day; else it was closed.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2027-03-01T09:00:00Z",
        "campaign_id": "0193a1b2-0000-7000-8000-0000000000f1",
        "name": "Hiver connecté",
        "was_cancelled": False,
    }
