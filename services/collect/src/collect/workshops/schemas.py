"""Shapes of workshops."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field, field_validator

from collect.workshops.incoming import CapacityPeriod


class WorkshopOut(BaseModel):
    """A workshop as collect knows it; `capacity`: devices per week by category."""

    workshop_id: UUID
    name: str
    city: str
    postcode: str
    capacity: dict[str, int]
    competences: list[str]
    changed_at: datetime
    periods: list[CapacityPeriod] = Field(
        default_factory=list, description="days on which it takes something else than in a usual week"
    )

    @field_validator("capacity", "periods", mode="before")
    @classmethod
    def _from_jsonb(cls, value: Any) -> Any:
        """The driver hands jsonb over as text."""
        return json.loads(value) if isinstance(value, str) else value
