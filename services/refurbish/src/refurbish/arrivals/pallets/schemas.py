"""Shapes of pallets in the API."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web.bounded_types import NoFlag
from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1, le=2000), NoFlag]


class Excess(StrEnum):
    """What is done with more than the lot lists."""

    QUEUE = "queue"
    LABEL = "label"


class Pallet(BaseModel):
    """How many of each category lie there, counted by hand."""

    model_config = ConfigDict(extra="forbid")

    counts: Annotated[dict[Category, Count], Field(min_length=1, max_length=len(Category))]
    surplus: Excess = Field(
        default=Excess.QUEUE,
        description="what is more than the lot lists: `queue` puts it aside to be settled, `label` receives it at once "
        "as surplus, with labels of its own",
    )


class PalletOut(BaseModel):
    """`labels`: of the devices that have arrived so, to be printed and stuck. `surplus`: more than the lot expects.

    `surplus_labels`: of that surplus, where it was received at once; they stand among `labels` too.
    """

    lot_id: UUID
    labels: list[str]
    surplus: dict[Category, int]
    surplus_labels: list[str] = Field(default_factory=list)
