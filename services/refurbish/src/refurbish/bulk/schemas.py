"""Shapes of bulks in the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web.bounded_types import Scanned
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from refurbish.bulk.acts import BulkAct
from refurbish.bulk.lines import Outcome, by_reason, counts
from refurbish.bulk.repository import Bulk
from refurbish.devices.stages import KnownStage, Stage

MOST_DEVICES = 500


class Filter(BaseModel):
    """As the list of devices takes it; the first 500, newest first."""

    model_config = ConfigDict(extra="forbid")

    status: list[KnownStage] = Field(default_factory=list, max_length=len(Stage))
    q: str = Field(default="", max_length=200)
    lot: UUID | None = None
    category: Category | None = None


class NewBulk(BaseModel):
    """An act and its devices: by id, by anything they are known by, and by a filter; 500 in all."""

    model_config = ConfigDict(extra="forbid")

    act: BulkAct
    reason: Annotated[str, StringConstraints(max_length=20)] | None = Field(
        default=None, description="of the list of withdrawals or of recalls; the other acts take none"
    )
    devices: list[UUID] = Field(default_factory=list, max_length=MOST_DEVICES)
    texts: list[Scanned] = Field(
        default_factory=list, max_length=MOST_DEVICES, description="labels, serials, or other identifiers"
    )
    filter: Filter | None = None


class LineOut(BaseModel):
    """One device; `sentence`: why nothing is done with it."""

    device_id: UUID
    label: str
    outcome: Outcome
    sentence: str | None


class ReasonOut(BaseModel):
    """So many devices of which nothing is made, for one reason."""

    title: str
    details: list[str]
    devices: int


class BulkOut(BaseModel):
    """What would become of each device, or, once done, what did. `unknown`: texts that name no device here."""

    id: UUID
    workshop_id: UUID
    act: BulkAct
    reason: str | None
    counts: dict[Outcome, int]
    reasons: list[ReasonOut]
    lines: list[LineOut]
    unknown: list[str]
    prepared_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, bulk: Bulk) -> Self:
        found = counts(bulk.shown)
        return cls(
            id=bulk.id,
            workshop_id=bulk.workshop_id,
            act=bulk.act,
            reason=bulk.reason,
            counts={one: found[one] for one in Outcome},
            reasons=[
                ReasonOut(title=why.title, details=list(why.details), devices=len(lines))
                for why, lines in by_reason(bulk.shown)
            ],
            lines=[
                LineOut(device_id=one.device_id, label=one.label, outcome=one.outcome, sentence=one.sentence)
                for one in bulk.shown
            ],
            unknown=list(bulk.unknown),
            prepared_at=bulk.prepared_at,
            done_at=bulk.done_at,
        )
