"""What the coordination enters of an agreement, and the lines that come of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web.bounded_types import Day, Visible
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from refurbish.agreements.acts import Act

LONGEST_NUMBER = 12
Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]


def _with_a_point(value: object) -> object:
    """« 2,50 », as one writes it."""
    if not isinstance(value, str):
        return value
    if len(value) > LONGEST_NUMBER:
        raise ValueError("Écrivez un nombre.")
    return value.replace(",", ".").replace(" ", "")


def _as_typed(most: int) -> WithJsonSchema:
    number = {"type": "number", "minimum": 0, "maximum": most}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "maxLength": LONGEST_NUMBER}]})


Euros = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2), BeforeValidator(_with_a_point), _as_typed(10_000)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2), BeforeValidator(_with_a_point), _as_typed(100)]


class NewPrice(BaseModel):
    """`category` none: of every device without a price of its own. A second one of the same day replaces the first."""

    model_config = ConfigDict(extra="forbid")

    act: Act
    category: Category | None = None
    euros: Euros
    valid_from: Day
    source: Source


class DefectLimit(BaseModel):
    """The share of devices with a defect that the agreement allows."""

    model_config = ConfigDict(extra="forbid")

    percent: Percent
    source: Source


class LineOut(BaseModel):
    """One line; `cents` is null where nobody has entered a price for that act, that device and that day."""

    act: Act
    category: Category
    quantity: int
    cents: int | None
    valid_from: date | None

    @property
    def total(self) -> int | None:
        return None if self.cents is None else self.cents * self.quantity


class LinesOut(BaseModel):
    """Of a lot: a quote of what is announced, or the statement of what was done."""

    lot_id: UUID
    lines: list[LineOut]

    @property
    def total(self) -> int:
        return sum(line.total or 0 for line in self.lines)

    @property
    def without_price(self) -> int:
        return sum(line.cents is None for line in self.lines)
