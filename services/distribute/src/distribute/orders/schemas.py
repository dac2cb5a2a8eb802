"""What the API and the pages take and give about orders."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.web.bounded_types import Day, Flag, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from distribute.campaigns.schemas import Campaign
from distribute.line_quotes import range_fr
from distribute.publics import Public
from distribute.remarks import Remark
from distribute.statuses import REFUSED_FR, OrderStatus, Side
from distribute.why import COMPLETE, TakenBack, Why, reason_here

MAX_QUANTITY = 1000
MAX_LINES = 50
ITSELF = "Une catégorie ne se remplace pas par elle-même."
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Visible]

Substitutes = Annotated[
    list[Category], Field(max_length=2 * len(Category)), AfterValidator(lambda value: list(dict.fromkeys(value)))
]


class OrderLineIn(BaseModel):
    """One line: so many devices of a category, of this grade or better."""

    model_config = ConfigDict(extra="forbid")

    category: Category
    quantity: Annotated[int, Field(ge=1, le=MAX_QUANTITY), NoFlag]
    min_grade: Grade = Field(Grade.D, description="This grade or a better one.")
    tier: Tier | None = Field(None, description="When all the persons are of one tier; else decided at the till.")
    publics: list[Public] = Field(default_factory=list, max_length=14)
    substitutes: Substitutes = Field(default_factory=list, description="Accepted instead, in this order.")
    urgent: Flag = Field(False, description="A person waits for it and cannot wait.")
    wanted_on: Day | None = Field(None, description="By when; today or later, at most a year ahead.")
    campaign: Campaign | None = Field(None, description="A campaign of the allocation policy in force.")
    confirmed: Flag = Field(False, description="The quantity is meant, however unusual for the Relais.")

    @model_validator(mode="after")
    def _not_itself(self) -> "OrderLineIn":
        if self.category in self.substitutes:
            raise ValueError(ITSELF)
        return self


class OrderIn(BaseModel):
    """An order, however small."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID
    lines: list[OrderLineIn] = Field(min_length=1, max_length=MAX_LINES)
    note: Remark | None = None
    again: Flag = Field(
        False, description="Order it although the same was ordered minutes ago; else the answer is that order."
    )


class QuantityIn(BaseModel):
    """How many devices a line goes on asking for."""

    model_config = ConfigDict(extra="forbid")

    quantity: Annotated[int, Field(ge=0, le=MAX_QUANTITY), NoFlag] = Field(description="Fewer than before.")
    reason: Sentence | None = Field(None, description="Why, when there is something to say.")


class FewerIn(BaseModel):
    """A line that is approved in part."""

    model_config = ConfigDict(extra="forbid")

    line_id: UUID
    quantity: Annotated[int, Field(ge=0, le=MAX_QUANTITY), NoFlag] = Field(description="Fewer than was asked for.")
    reason: Sentence = Field(description="Why, as the Relais reads it.")


class ApproveIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fewer: list[FewerIn] = Field(default_factory=list, max_length=MAX_LINES)


class GiveUpIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Sentence | None = Field(None, description="Why, when there is something to say.")


class AcceptedIn(BaseModel):
    """What a line that still waits accepts."""

    model_config = ConfigDict(extra="forbid")

    min_grade: Grade = Field(description="This grade or a better one.")
    substitutes: Substitutes = Field(default_factory=list, description="Accepted instead, in this order.")


class CancelIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Sentence | None = Field(None, description="Why; the coordination has to say it.")


class OrderLineOut(BaseModel):
    """A line with what was promised to it, its fixed prices in euro cents, and why."""

    id: UUID
    category: Category
    quantity: int
    allocated: int = Field(description="Devices promised, from reservation to handover.")
    min_grade: Grade
    tier: Tier | None
    publics: list[str]
    substitutes: list[Category]
    urgent: bool
    wanted_on: date | None
    campaign: str | None
    price_list: str
    priced_on: date
    price_min_cents: int
    price_max_cents: int
    ceiling_cents: int
    reason: str | None = Field(description="A French sentence.")
    why: Why | None = Field(description="The same as values.")

    @property
    def short(self) -> int:
        return self.quantity - self.allocated

    @property
    def price_fr(self) -> str:
        return range_fr(self.price_min_cents, self.price_max_cents)

    @property
    def wish_fr(self) -> str:
        """« 4 tablettes »."""
        return self.category.counted_fr(self.quantity)

    @property
    def shown_reason(self) -> str:
        """The reason in the language of the page; nothing when there is nothing to explain."""
        return reason_here(self.why, self.reason) if self.reason != COMPLETE else ""


class OrderOut(BaseModel):
    """An order and its lines."""

    id: UUID
    reference: str
    relais_id: UUID
    relais_name: str
    territory: str
    status: OrderStatus
    note: str | None
    placed_at: datetime
    approved_at: datetime | None
    allocated_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancelled_by: Side | None = Field(description="Whose decision it was, since this is kept.")
    cancel_reason: str | None
    requested: int
    allocated: int
    lines: list[OrderLineOut]

    @property
    def is_refused(self) -> bool:
        """The coordination said no; what it takes back after it had approved is cancelled."""
        return (
            self.status is OrderStatus.CANCELLED and self.cancelled_by is Side.COORDINATION and self.approved_at is None
        )

    @property
    def standing_fr(self) -> str:
        """Its stage, or that it was refused."""
        return REFUSED_FR if self.is_refused else self.status.label_fr

    @property
    def is_over(self) -> bool:
        """Nothing more will be promised to it."""
        return self.status in (OrderStatus.CLOSED, OrderStatus.CANCELLED)

    def shown_reason(self, line: OrderLineOut) -> str:
        """Why a line has what it has, in the language of the page. What a run found tells of what may still come:
        once the order is over, only what happened to its promises remains true of a short line."""
        if self.is_over and line.short and not isinstance(line.why, TakenBack):
            return ""
        return line.shown_reason

    @property
    def may_cancel(self) -> bool:
        """Until something has left; afterwards the remainder can be given up instead."""
        return self.delivered_at is None and self.status in (
            OrderStatus.PLACED,
            OrderStatus.APPROVED,
            OrderStatus.ALLOCATED,
        )

    @property
    def may_close(self) -> bool:
        """Everything sent has arrived, and something is still missing: the Relais may stop waiting."""
        return self.delivered_at is not None and self.status in (OrderStatus.ALLOCATED, OrderStatus.DELIVERED)

    @property
    def may_give_up(self) -> bool:
        """Something is promised or was served, and something is still missing: the rest may be given up."""
        return self.status.is_open and 0 < self.allocated < self.requested

    @classmethod
    def of(cls, order: dict[str, Any], lines: list[dict[str, Any]]) -> "OrderOut":
        return cls.model_validate(
            {
                **order,
                "reference": reference(order["number"]),
                "lines": lines,
                "requested": sum(line["quantity"] for line in lines),
                "allocated": sum(line["allocated"] for line in lines),
            }
        )


class OrderRowOut(BaseModel):
    """An order in a list."""

    id: UUID
    reference: str
    relais_id: UUID
    relais_name: str
    territory: str
    status: OrderStatus
    placed_at: datetime
    requested: int
    allocated: int
    is_refused: bool = Field(False, description="Cancelled by the coordination before it was ever approved.")

    @property
    def standing_fr(self) -> str:
        """Its stage, or that it was refused."""
        return REFUSED_FR if self.is_refused else self.status.label_fr


def reference(number: int) -> str:
    """What people call an order."""
    return f"R-{number}"


def number_of(text: str) -> int | None:
    """The number in a text that is a reference; None for any other."""
    digits = text.upper().removeprefix("R-")
    is_reference = text.upper().startswith("R-") and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if is_reference else None
