"""Shapes of periods in the API."""

from datetime import date, timedelta
from typing import Annotated, Self
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue.categories import Category
from filiere.web.bounded_types import Day, Flag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from refurbish.workshops.schemas import PerWeek

LONGEST = timedelta(days=366)


def _not_over(day: date) -> date:
    if day < today():
        raise ValueError("Cette période est déjà passée.")
    return day


class NewPeriod(BaseModel):
    """From one day to another, both included: closed, or so many devices a week of the categories that are named."""

    model_config = ConfigDict(extra="forbid")

    first_day: Day
    last_day: Annotated[Day, AfterValidator(_not_over)]
    is_closed: Flag = False
    capacity: dict[Category, PerWeek] = Field(
        default_factory=dict,
        validate_default=True,
        description="devices a week, of the categories that differ from the usual; 0: none",
    )

    @field_validator("last_day")
    @classmethod
    def _after_the_first(cls, last: date, info: ValidationInfo) -> date:
        first = info.data.get("first_day")
        if first is not None and last < first:
            raise ValueError("Le dernier jour vient après le premier.")
        if first is not None and last - first > LONGEST:
            raise ValueError("Une période dure un an au plus : au-delà, change la capacité.")
        return last

    @field_validator("capacity")
    @classmethod
    def _says_something(cls, capacity: dict[Category, int], info: ValidationInfo) -> dict[Category, int]:
        if not capacity and not info.data.get("is_closed"):
            raise ValueError("Dis ce qui change : fermé, ou un nombre.")
        return capacity


class PeriodOut(BaseModel):
    """A period that is not over."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    first_day: date
    last_day: date
    is_closed: bool
    capacity: dict[Category, int]

    @classmethod
    def of(cls, period: object) -> Self:
        return cls.model_validate(period)
