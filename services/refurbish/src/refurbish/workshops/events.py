"""What the workshops publish."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.events import Event, event
from pydantic import Field


@event(topic="refurbish.workshops", name="workshop-capacity-changed", version=1, key="workshop_id")
class WorkshopCapacityChanged(Event):
    """A workshop was registered, or what it can take in a week changed. The newest per workshop is the truth."""

    workshop_id: UUID = Field(description="The workshop.")
    name: str = Field(description="Name shown to people.")
    city: str = Field(description="Commune where lots are delivered.")
    postcode: str = Field(description="Postcode of that commune, five digits.")
    capacity: dict[Category, int] = Field(description="Devices a week, per category; absent means none.")
    competences: list[Category] = Field(description="Categories the workshop knows how to refurbish.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-03T08:00:00Z",
        "workshop_id": "01936f3e-0000-7000-8000-000000000001",
        "name": "Atelier de Lens",
        "city": "Lens",
        "postcode": "62300",
        "capacity": {"laptop": 40, "smartphone": 60},
        "competences": ["laptop", "smartphone"],
    }
