"""Shapes of lots in the API and on pages."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from filiere.catalogue import Category
from filiere.web.bounded_types import Day, NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from collect.devices.ages import STUCK_DAYS

LotStatus = Literal["sealed", "dispatched", "arrived", "reconciled"]
STATUS_FR: dict[LotStatus, str] = {
    "sealed": "scellé, en attente d'un atelier",
    "dispatched": "en route",
    "arrived": "arrivé à l'atelier",
    "reconciled": "pointé à l'atelier",
}

GOOD_DAYS = 7
POINTS: dict[str, tuple[str, int]] = {
    "missing": ("avec des manquants à régler", 0),
    "stuck": (f"avec des appareils sans nouvelles depuis {STUCK_DAYS} jours", STUCK_DAYS),
    "collected": ("collectés ces 7 derniers jours", GOOD_DAYS),
    "counted": ("pointés ces 7 derniers jours", GOOD_DAYS),
}
"""What a list of lots may be asked for: its words, and how many days back it looks."""


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Visible]


class DispatchLot(BaseModel):
    """To which workshop; the reason when it is not the one suggested first.

    `untreated_reason` when it does not treat all that is sent there.
    """

    model_config = ConfigDict(extra="forbid")

    workshop_id: UUID
    override_reason: Reason | None = None
    untreated_reason: Reason | None = None
    expected_on: Annotated[Day | None, Field(description="when it should be there; the workshop is told")] = None


class SplitShare(BaseModel):
    """What one workshop is to take of a lot: category → so many."""

    model_config = ConfigDict(extra="forbid")

    workshop_id: UUID
    devices: Annotated[
        dict[Category, Annotated[int, Field(ge=1, le=50_000), NoFlag]], Field(min_length=1, max_length=len(Category))
    ]


class SplitLot(BaseModel):
    """A lot shared out over workshops, each named once; what nobody takes stays sealed.

    `override_reason` when it is not as proposed; `untreated_reason` when a workshop is sent what it does not treat.
    """

    model_config = ConfigDict(extra="forbid")

    parts: list[SplitShare] = Field(min_length=1, max_length=10)
    override_reason: Reason | None = None
    untreated_reason: Reason | None = None


class LotOut(BaseModel):
    """A lot. `devices`: sealed in it; `missing` and `surplus`: found when the workshop counted.

    `split_from`: the lot of the pickup, when this one was taken out of it for another workshop.
    `confirmed_at`: when the donor agreed with that count. `override_reason`: why not the first workshop, in the
    coordination's words; null for everybody else.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str
    donor_id: UUID
    donor_name: str
    donation_id: UUID
    donation_reference: str
    status: LotStatus
    public_body: bool
    devices: int
    collected_at: datetime
    postcode: str
    workshop_id: UUID | None
    workshop_name: str | None
    dispatched_at: datetime | None
    override_reason: str | None
    arrived_at: datetime | None
    reconciled_at: datetime | None
    missing: int
    surplus: int
    confirmed_at: datetime | None
    split_from: UUID | None

    @property
    def status_fr(self) -> str:
        return STATUS_FR[self.status]


class LotDetail(LotOut):
    """A lot with what it is made of."""

    categories: dict[str, int]


class CategoryCount(BaseModel):
    category: Category
    handed: int
    missing: int

    @property
    def counted(self) -> int:
        return self.handed - self.missing


class LotCount(BaseModel):
    """What the workshop counted of a lot. `mark`: another count has another one."""

    mark: str
    categories: list[CategoryCount]


class DispatchedOut(BaseModel):
    id: UUID
    code: str
    status: LotStatus
    workshop_id: UUID
    devices: int
    chunks: int
