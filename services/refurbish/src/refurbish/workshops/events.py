"""What the workshops publish."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.events import Event, event
from pydantic import BaseModel, ConfigDict, Field


class CapacityPeriod(BaseModel):
    """Days on which a workshop takes something else than in a usual week; both ends included."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first_day: date = Field(description="The first one.")
    last_day: date = Field(description="The last one.")
    is_closed: bool = Field(default=False, description="Nothing is taken.")
    capacity: dict[Category, int] = Field(
        default_factory=dict, description="Devices a week, of the categories that differ; 0: none of them."
    )


@event(topic="refurbish.workshops", name="workshop-capacity-changed", version=1, key="workshop_id")
class WorkshopCapacityChanged(Event):
    """A workshop was registered, or what it can take in a week changed. The newest per workshop is the truth."""

    workshop_id: UUID = Field(description="The workshop.")
    name: str = Field(description="Name shown to people.")
    city: str = Field(description="Commune where lots are delivered.")
    postcode: str = Field(description="Postcode of that commune, five digits.")
    capacity: dict[Category, int] = Field(description="Devices a week, per category; absent means none.")
    competences: list[Category] = Field(description="Categories the workshop knows how to refurbish.")
    periods: list[CapacityPeriod] = Field(
        default_factory=list,
        description="Days to come that are otherwise, in order, none in two of them; older events lack it.",
    )

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-03T08:00:00Z",
        "workshop_id": "01936f3e-0000-7000-8000-000000000001",
        "name": "Atelier de Lens",
        "city": "Lens",
        "postcode": "62300",
        "capacity": {"laptop": 40, "smartphone": 60},
        "competences": ["laptop", "smartphone"],
        "periods": [
            {"first_day": "2026-11-09", "last_day": "2026-11-15", "is_closed": False, "capacity": {"laptop": 20}},
            {"first_day": "2026-12-24", "last_day": "2026-12-31", "is_closed": True, "capacity": {}},
        ],
    }
