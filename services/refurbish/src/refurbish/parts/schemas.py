"""Shapes of spare parts in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from refurbish.parts.kinds import Origin, PartKind

Fits = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), Visible]
Cents = Annotated[int, Field(ge=0, le=1_000_000, description="euro cents, of one piece"), NoFlag]
Pieces = Annotated[int, Field(ge=1, le=10_000), NoFlag]


class Harvest(BaseModel):
    """A part taken out of a withdrawn device."""

    model_config = ConfigDict(extra="forbid")

    kind: PartKind
    fits: Fits
    quantity: Annotated[int, Field(ge=1, le=16), NoFlag] = 1


class NewPart(BaseModel):
    """Parts that were bought. `workshop_id`: needed of whoever works for several."""

    model_config = ConfigDict(extra="forbid")

    kind: PartKind
    fits: Fits
    quantity: Pieces = 1
    unit_cents: Cents = 0
    workshop_id: UUID | None = None


class PartOut(BaseModel):
    """Parts alike and what is left of them."""

    model_config = ConfigDict(from_attributes=True)

    workshop_id: UUID
    id: UUID
    kind: PartKind
    fits: str
    origin: Origin
    source_device_id: UUID | None
    source_label: str | None
    quantity: int
    used: int
    lost: int
    left: int
    unit_cents: int
    added_at: datetime
