"""Shapes of closings in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Day, NoFlag
from pydantic import BaseModel, ConfigDict, Field

from distribute.closings.status import DifferenceReason
from distribute.till_journal.entry import Entry
from distribute.till_journal.status import EntryKind, Means

Counted = Annotated[int, Field(ge=0, le=100_000_00), NoFlag]


class CloseDayIn(BaseModel):
    """Close the till up to a day, with the cash that was counted in its drawer."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID | None = Field(None, description="Needed only by whoever acts for several.")
    until: Day | None = Field(None, description="The last day that is closed; today when not said.")
    counted_cents: Counted
    left_cents: Counted = Field(0, description="Of it, what stays in the drawer.")
    reason: DifferenceReason | None = Field(None, description="Needed when the cash is not what is expected.")


class CloseMonthIn(BaseModel):
    """Close a month that is over and whose days are closed."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID | None = None
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] = Field(description="Such as 2026-11.")


class CloseYearIn(BaseModel):
    """Close a year that is over and whose months are closed."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID | None = None
    year: Annotated[int, Field(ge=2000, le=2099), NoFlag]


class CashOut(BaseModel):
    """The drawer when a day was closed, in euro cents."""

    before_cents: int = Field(description="What the closing before had left in it.")
    taken_cents: int
    expected_cents: int
    counted_cents: int
    difference_cents: int
    reason: DifferenceReason | None
    left_cents: int


class ClosingOut(BaseModel):
    """A closing: what was taken, and the perpetual total."""

    sequence: int = Field(description="Its number in the journal.")
    kind: EntryKind
    at: datetime
    period: str = Field(description="The last day, the month or the year.")
    first_day: date
    last_day: date
    through: int = Field(description="The last entry that it covers.")
    sales: int
    gifts: int
    undos: int
    amount_cents: int
    by_means: dict[Means, int]
    total_cents: int = Field(description="All amounts since the first entry: the perpetual total.")
    cash: CashOut | None = Field(description="Of a day.")

    @classmethod
    def of(cls, entry: Entry) -> "ClosingOut":
        said = dict(entry.draft.details)
        cash = {name.removeprefix("cash_"): said.pop(name) for name in list(said) if name.startswith("cash_")}
        return cls(
            sequence=entry.sequence,
            kind=entry.kind,
            at=entry.draft.at,
            total_cents=entry.total_cents,
            cash=CashOut(**cash) if cash else None,
            **said,
        )


class OpenDayOut(BaseModel):
    """A day with entries that no closing covers yet."""

    day: date
    sales: int
    gifts: int
    undos: int
    amount_cents: int
    by_means: dict[Means, int]


class OpenTillOut(BaseModel):
    """What is still to close."""

    relais_id: UUID
    days: list[OpenDayOut]
    cash_before_cents: int = Field(description="What the last closing left in the drawer.")
    cash_expected_cents: int = Field(description="What should be in it now.")
    months: list[str] = Field(description="Over, with every day closed.")
    years: list[int] = Field(description="Over, with every month closed.")
