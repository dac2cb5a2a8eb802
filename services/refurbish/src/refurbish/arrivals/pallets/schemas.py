"""Shapes of pallets in the API."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web.bounded_types import NoFlag
from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1, le=2000), NoFlag]


class Pallet(BaseModel):
    """How many of each category lie there, counted by hand."""

    model_config = ConfigDict(extra="forbid")

    counts: Annotated[dict[Category, Count], Field(min_length=1, max_length=len(Category))]


class PalletOut(BaseModel):
    """`labels`: of the devices that have arrived so, to be printed and stuck. `surplus`: more than the lot expects."""

    lot_id: UUID
    labels: list[str]
    surplus: dict[Category, int]
