"""Shapes of price lists in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.web.bounded_types import Day, NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.as_read import Seen
from distribute.price_lists.status import ListStatus

Cents = Annotated[int, Field(ge=0, le=1_000_00, description="Euro cents, tax included."), NoFlag]
MOST_SOURCES = 20
LONGEST_LINE = 300
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LINE), Visible]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]
PAYING = tuple(tier for tier in Tier if tier is not Tier.GIFT)


class GradeCells(BaseModel):
    """Prices of one category in one tier."""

    model_config = ConfigDict(extra="forbid")

    PREMIUM: Cents
    A: Cents
    B: Cents
    C: Cents
    D: Cents

    def of(self, grade: Grade) -> int:
        return int(getattr(self, grade.value))


class CategoryCells(BaseModel):
    """Prices of one category; a gift costs nothing and is not written."""

    model_config = ConfigDict(extra="forbid")

    solidary: GradeCells
    very_solidary: GradeCells

    def of(self, grade: Grade, tier: Tier) -> int:
        return (self.solidary if tier is Tier.SOLIDARY else self.very_solidary).of(grade)


class AllCells(BaseModel):
    """Prices of every category."""

    model_config = ConfigDict(extra="forbid")

    basic_phone: CategoryCells
    smartphone: CategoryCells
    tablet: CategoryCells
    laptop: CategoryCells
    desktop: CategoryCells
    monitor: CategoryCells
    printer: CategoryCells

    def of(self, category: Category, grade: Grade, tier: Tier) -> int:
        cells: CategoryCells = getattr(self, category.value)
        return cells.of(grade, tier)


class PriceListIn(BaseModel):
    """A draft as it is saved; it may still break rules, which are checked when it is published."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80), Visible] = Field(
        description="Name shown to people, such as « prix solidaires 2027 »."
    )
    valid_from: Day = Field(description="First day on which it counts.")
    source: list[Line] = Field(min_length=1, max_length=MOST_SOURCES, description="Where the figures come from.")
    prices: AllCells


class DraftIn(BaseModel):
    """What a draft begins with."""

    model_config = ConfigDict(extra="forbid")

    based_on: UUID | None = Field(None, description="The list whose prices it copies; that in force when not said.")


class ReasonIn(BaseModel):
    """Why: kept with the list."""

    model_config = ConfigDict(extra="forbid")

    reason: Why


class PublishForm(ReasonIn):
    """Why a draft is published, and which one was read."""

    seen: Seen


class PriceListOut(BaseModel):
    """A price list."""

    id: UUID
    version: int
    name: str = Field(description="As lines of orders name it.")
    label: str
    status: ListStatus
    valid_from: date
    valid_until: date | None = Field(description="Last day, when the next published list is known.")
    source: list[str]
    prices: AllCells
    published_at: datetime | None
    published_why: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None

    @property
    def is_draft(self) -> bool:
        return self.status is ListStatus.DRAFT

    @property
    def said(self) -> PriceListIn:
        """What a draft says, as it is saved."""
        return PriceListIn(label=self.label, valid_from=self.valid_from, source=self.source, prices=self.prices)

    def is_in_force(self, on: date) -> bool:
        until = self.valid_until
        return self.status is ListStatus.PUBLISHED and self.valid_from <= on and (until is None or on <= until)


class FaultOut(BaseModel):
    """A price that may not be published."""

    field: str
    sentence: str


class ChangeOut(BaseModel):
    """One price that would not stay."""

    category: Category
    grade: Grade
    tier: Tier
    before_cents: int
    after_cents: int
    difference_cents: int
    percent: float | None = Field(description="Of the price before; none when that was nothing.")
    free: int = Field(description="Free devices of this category and grade, today.")


class ComparisonOut(BaseModel):
    """What a list would change. Orders keep the prices that they were quoted."""

    price_list_id: UUID
    against: str = Field(description="Name of the list that it would follow.")
    against_label: str
    changes: list[ChangeOut]
    unchanged: int
    open_orders: int = Field(description="Open orders; what they pay does not change.")
    open_lines: int
    at_relais: int = Field(description="Devices promised, on their way or held: each keeps the price of its order.")
    free_devices: int
    free_changed: int = Field(description="Free devices that would cost something else once they are ordered.")
    stock_difference_cents: dict[Tier, int] = Field(description="Sum over the free devices, by tier.")
    orders_difference_cents: int = Field(description="What open orders would cost more: nothing, ever.")
    faults: list[FaultOut]
