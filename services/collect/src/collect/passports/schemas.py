"""Shapes of public sheets in the API."""

from datetime import date, datetime

from filiere.catalogue import Category
from pydantic import BaseModel, ConfigDict

from collect.devices.stage import Stage


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WipedOut(_Out):
    """How one medium was wiped."""

    kind: str | None
    level: str | None
    method: str | None
    tool: str | None
    tool_version: str | None
    verified: bool | None


class AvoidedOut(_Out):
    """What its reuse avoids: `co2e_kg_a_year` × `years`, by ADEME's method."""

    co2e_kg: float
    co2e_kg_a_year: float
    years: float
    method_fr: str


class PassportOut(_Out):
    """The public sheet of a device. `erasures` is empty with `erased_at` when it has no medium.

    `stage` is « ready » from there on, whoever has it.
    `erased_again_at`: it was handed over or lent since, came back, and was wiped again.
    """

    label: str
    category: Category
    name: str | None
    stage: Stage
    is_refurbished: bool
    erased_at: datetime | None
    erasures: list[WipedOut]
    tested_at: datetime | None
    grade: str | None
    reasons: list[str]
    ready_on: date | None
    workshop_name: str | None
    avoided: AvoidedOut | None
    given_by: str | None
    erased_again_at: datetime | None = None
