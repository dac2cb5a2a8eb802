"""What the API and the pages take and give about loans."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category
from filiere.catalogue.device_models import NamedByModel
from filiere.web.bounded_types import Day, Scanned, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.loans.status import LoanKind, LoanOutcome

# As many as the till hands over in one go.
MOST_AT_ONCE = 20


class LoanIn(BaseModel):
    """Devices that leave the Relais together."""

    model_config = ConfigDict(extra="forbid")

    kind: LoanKind
    place: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Visible] = Field(
        description="The place, or the round: never a person's name."
    )
    due_on: Day | None = Field(None, description="When it is to be settled.")
    labels: list[Scanned] = Field(min_length=1, max_length=MOST_AT_ONCE)


class ExtendLoanIn(BaseModel):
    """A later day of return."""

    model_config = ConfigDict(extra="forbid")

    due_on: Day = Field(description="After the day that was said before, and not in the past.")


class SettleLoanIn(BaseModel):
    """What came back, what was given, what is lost; the rest stays out."""

    model_config = ConfigDict(extra="forbid")

    returned: list[UUID] = Field(
        default_factory=list,
        max_length=MOST_AT_ONCE,
        description="From the street: back in stock. From a place, where somebody used it: back to its workshop, which"
        " wipes it, and its line is short again.",
    )
    given: list[UUID] = Field(
        default_factory=list,
        max_length=MOST_AT_ONCE,
        description="Each is written as a gift of the till. Lent to a place: it stays with whoever uses it there.",
    )
    lost: list[UUID] = Field(
        default_factory=list, max_length=MOST_AT_ONCE, description="Gone for good: promised to nobody any more."
    )
    found: list[UUID] = Field(
        default_factory=list,
        max_length=MOST_AT_ONCE,
        description="Of this loan, said to be lost before: each goes back to its workshop.",
    )

    @property
    def still_out(self) -> list[UUID]:
        """What is settled of the devices that are out."""
        return [*self.returned, *self.given, *self.lost]


class LentDevice(NamedByModel, BaseModel):
    """A device of a loan."""

    device_id: UUID
    label: str
    category: Category
    manufacturer: str | None
    model: str | None
    outcome: LoanOutcome | None
    settled_at: datetime | None


class LoanOut(BaseModel):
    """A loan; `devices` are empty in lists."""

    id: UUID
    relais_id: UUID
    kind: LoanKind
    place: str
    due_on: date | None
    opened_at: datetime
    settled_at: datetime | None
    lent: int = Field(description="Devices that left.")
    out: int = Field(description="Devices that are still out.")
    devices: list[LentDevice] = Field(default_factory=list)
