"""A price list is published, or withdrawn before its day."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.events import Event, event
from pydantic import BaseModel, Field


class ListedPrice(BaseModel):
    """One price of a list."""

    category: Category = Field(description="Category of the device.")
    grade: Grade = Field(description="Its grade.")
    tier: Tier = Field(description="Price tier; a gift costs nothing and is not listed.")
    cents: int = Field(description="Euro cents, tax included.")


@event(topic="distribute.prices", name="price-list-published", version=1, key="price_list_id")
class PriceListPublished(Event):
    """A price list will be in force from its day until the next one begins. It does not change any more."""

    price_list_id: UUID = Field(description="The list.")
    name: str = Field(description="As order lines name it.")
    valid_from: date = Field(description="First day on which it counts, in Paris.")
    prices: list[ListedPrice] = Field(max_length=200, description="Every category, grade and tier that pays.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-01T09:00:00Z",
        "price_list_id": "0193a1b2-0000-7000-8000-0000000000e1",
        "name": "prices_v3",
        "valid_from": "2027-01-01",
        "prices": [{"category": "laptop", "grade": "A", "tier": "solidary", "cents": 11000}],
    }


@event(topic="distribute.prices", name="price-list-withdrawn", version=1, key="price_list_id")
class PriceListWithdrawn(Event):
    """A published list was taken back before its first day: it never counts."""

    price_list_id: UUID = Field(description="The list.")
    name: str = Field(description="As it was published.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-02T09:00:00Z",
        "price_list_id": "0193a1b2-0000-7000-8000-0000000000e1",
        "name": "prices_v3",
    }
