"""Shapes of rule sets in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path
from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.catalogue.grading import GradingRules
from filiere.web.bounded_types import Day
from pydantic import BaseModel, ConfigDict, Field

Named = Annotated[str, Path(max_length=60, description="name of a rule set, such as pc_2026")]


class SwitchOn(BaseModel):
    """From which day on the rule set grades."""

    model_config = ConfigDict(extra="forbid")

    starts_on: Day = Field(description="today or later, in Paris")


class SwitchOut(BaseModel):
    """A rule set that was switched on."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    ruleset: str
    starts_on: date
    decided_at: datetime
    decided_by: str
    undone_at: datetime | None
    undone_by: str | None
    applied_at: datetime | None = Field(description="when the stock had followed")


class RulesetOut(BaseModel):
    """A published rule set, and what it grades today."""

    name: str
    label: str
    valid_from: date
    on_trial: bool
    categories: list[Category]
    in_force_for: list[Category]
    source: list[str]
    reading: list[str]
    switch: SwitchOut | None = Field(description="the switch that is not undone")


class CellOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    category: Category
    before: Grade
    after: Grade | None
    devices: int


class ComparisonOut(BaseModel):
    """What a rule set would change; `ready` once the worker has counted."""

    ruleset: str
    ready: bool
    done: int
    total: int
    failure: str | None
    cells: list[CellOut] = Field(default_factory=list)
    following: int = 0
    promised: int = 0
    refused: int = 0
    unknown: int = 0
    cents: dict[str, int] = Field(default_factory=dict, description="per tier, what the free ones would cost more")


def label_of(rules: GradingRules) -> str:
    """Name for people: what it grades, and its year."""
    kind = {"pc": "Ordinateurs", "smartphone": "Smartphones et tablettes", "state": "Autres équipements"}
    prefix, _, year = rules.name.rpartition("_")
    return f"{kind.get(prefix, prefix)} {year}"
