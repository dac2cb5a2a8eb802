"""What the API and the pages take and give about proposals."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.web.bounded_types import NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.allocation.proposals.status import ProposalStatus
from distribute.engine import Binding
from distribute.why import COMPLETE, Computed, reason_here

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500), Visible]


class ProposalIn(BaseModel):
    """What to compute."""

    model_config = ConfigDict(extra="forbid")

    policy: str | None = Field(None, max_length=100, description="Name of a policy; none for the one in force today.")


class ProposalOut(BaseModel):
    """A proposal: how far it is and, once computed, what it would give."""

    id: UUID
    number: int
    status: ProposalStatus
    step: str | None = Field(
        description="While it is computed: reading, urgent, shares, lines, classes, reasons, checking."
    )
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
    decided: int | None = Field(description="Devices that it would give, the coordination's changes applied.")
    seconds: float | None
    run_id: UUID | None = Field(description="The run that promised it.")
    run_number: int | None
    promised: int | None = Field(description="Devices that the run promised: less when something had changed.")
    undone_at: datetime | None = Field(description="When that run was undone.")


class ChangeIn(BaseModel):
    """The coordination's decision for one line."""

    model_config = ConfigDict(extra="forbid")

    given: Annotated[int, Field(ge=0, le=1000, description="Devices; at most what the line lacks."), NoFlag]
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
    instead: list[Category] = Field(description="Accepted instead, in this order.")
    publics: list[str]
    urgent: bool
    wanted_on: date | None
    campaign: str | None
    wanted: int = Field(description="Devices it lacked.")
    proposed: int = Field(description="What was computed.")
    given: int = Field(description="What it gets, the coordination's changes applied.")
    changed: bool
    reason: str = Field(description="A French sentence: why, or the coordination's reason when it changed the line.")
    why: Computed = Field(description="The same as values: what the computation found, what the coordination decided.")
    binding: Binding = Field(description="What decided the computed number, the coordination's changes aside.")
    share_before: float = Field(
        description="Of what the Relais asked for in the policy's window and still lacks, the part it had received "
        "before; 0 to 1. Lines that no device could go to do not count."
    )
    share_after: float = Field(description="The same with what was computed for all its lines; 0 to 1.")
    level: float | None = Field(
        description="Share that the Relais competing for these devices reach at equal weight (weight 1.0); none when "
        "no bottleneck decided."
    )
    competing_relais: int | None = Field(description="Relais that share that bottleneck, this one perhaps among them.")
    bottleneck_devices: int | None = Field(description="Devices that the run had for them.")
    bottleneck_wanted: int | None = Field(description="Devices that they lacked.")
    substitutes: int = Field(description="Of the computed devices, those of a category consented instead.")

    @property
    def shown_reason(self) -> str:
        """The reason in the language of the page; nothing when there is nothing to explain."""
        return reason_here(self.why, self.reason) if self.reason != COMPLETE else ""


class ReplayOut(BaseModel):
    """The certificate holds, and the snapshot was computed again."""

    same_answer: bool
    same_engine: bool
    same_solver: bool
