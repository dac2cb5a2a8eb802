"""What the API and the pages take and give about proposals."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category, Grade
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.proposals.models import ProposalStatus

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


class ProposalIn(BaseModel):
    """What to compute."""

    model_config = ConfigDict(extra="forbid")

    policy: str | None = Field(None, max_length=100, description="Name of a policy; none for the one in force today.")


class ProposalOut(BaseModel):
    """A proposal: how far it is and, once computed, what it would give."""

    id: UUID
    number: int
    status: ProposalStatus
    step: str | None = Field(description="While it is computed: reading, urgent, shares, lines, classes, reasons.")
    asked_policy: str | None
    policy: str | None = Field(description="Name and version of the policy it was computed under.")
    requested_by: str
    created_at: datetime
    ended_at: datetime | None
    attempts: int
    failure: str | None
    as_of: date | None
    lines: int | None
    wanted: int | None
    given: int | None
    seconds: float | None
    run_id: UUID | None = Field(description="The run that promised it.")


class ChangeIn(BaseModel):
    """The coordination's decision for one line."""

    model_config = ConfigDict(extra="forbid")

    given: int = Field(ge=0, description="Devices; at most what the line lacks.")
    reason: Reason = Field(description="Told to the Relais.")


class LineOut(BaseModel):
    """A line of a proposal."""

    line_id: UUID
    order_id: UUID
    reference: str
    relais_id: UUID
    relais_name: str
    territory: str
    category: Category
    min_grade: Grade
    wanted: int = Field(description="Devices it lacked.")
    proposed: int = Field(description="What was computed.")
    given: int = Field(description="What it gets, the coordination's changes applied.")
    changed: bool
    reason: str


class ReplayOut(BaseModel):
    """The certificate holds, and the snapshot was computed again."""

    same_answer: bool
    same_engine: bool
    same_solver: bool
