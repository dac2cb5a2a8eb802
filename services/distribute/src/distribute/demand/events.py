"""What is wanted and not promised yet: the signal that closes the loop."""

from typing import Any, ClassVar

from filiere.catalogue import Category, Grade
from filiere.events import Event, event
from pydantic import Field


@event(topic="distribute.demand", name="demand-updated", version=1, key="demand_key")
class DemandUpdated(Event):
    """Devices that approved orders of a département still wait for; the newest event per key counts."""

    category: Category = Field(description="What is wanted.")
    grade: Grade = Field(description="Minimum grade that is wanted.")
    territory: str = Field(description="Département code, such as 48 or 2A.")
    wanted: int = Field(ge=0, description="Devices wanted and not promised; 0 when the need is met.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-11-16T06:00:00Z",
        "category": "tablet",
        "grade": "B",
        "territory": "48",
        "wanted": 3,
    }

    @property
    def demand_key(self) -> str:
        return f"{self.category.value}:{self.grade.value}:{self.territory}"
