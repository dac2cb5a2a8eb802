"""What the API and the pages take and give about allocation."""

from datetime import datetime
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.web.bounded_types import Flag
from pydantic import BaseModel, ConfigDict, Field, model_validator

from distribute.allocation.status import CONTINUOUS, RunStatus
from distribute.why import COMPLETE, Why, reason_here


class RunIn(BaseModel):
    """How to run."""

    model_config = ConfigDict(extra="forbid")

    simulate: Flag = Field(False, description="Say what would happen; change nothing.")
    proposal_id: UUID | None = Field(None, description="Approve this proposal; without it, compute and promise now.")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "RunIn":
        if self.simulate and self.proposal_id is not None:
            raise ValueError("Une proposition est déjà une simulation : l'approuver réserve ses équipements.")
        return self


class ResultOut(BaseModel):
    """What the run decided for one line."""

    line_id: UUID
    order_id: UUID
    reference: str
    relais_id: UUID
    relais_name: str
    category: Category
    min_grade: Grade
    requested: int = Field(description="Devices the line lacked before the run.")
    allocated: int = Field(description="Devices it got from the run.")
    reason: str = Field(description="A French sentence.")
    why: Why | None = Field(None, description="The same as values; runs from before they were kept have none.")

    @property
    def shown_reason(self) -> str:
        """The reason in the language of the page; nothing when there is nothing to explain."""
        return reason_here(self.why, self.reason) if self.reason != COMPLETE else ""


class RunLine(ResultOut):
    """The same on the page of the run, with what became of it."""

    territory: str
    kept: int = Field(description="Of what it got, the devices that it has still.")


class RunOut(BaseModel):
    """A run, real or simulated."""

    id: UUID | None = Field(description="None for a simulation, which leaves nothing behind.")
    number: int | None
    status: RunStatus | None
    method: str = Field(description="Version of the engine.")
    proposal_id: UUID | None = Field(None, description="What it applied: snapshot, answer and proof.")
    lines: int
    requested: int
    allocated: int
    seconds: float
    created_at: datetime | None
    undone_at: datetime | None = None
    started_by: str | None = Field(None, description="A person, or `continuous` for what was promised by itself.")
    policy: str | None = Field(None, description="Name and version of the policy that it followed.")
    results: list[ResultOut] = Field(default_factory=list, description="At most the first 500, oldest order first.")

    @property
    def short(self) -> int:
        return self.requested - self.allocated

    @property
    def is_undone(self) -> bool:
        return self.status is RunStatus.UNDONE

    @property
    def is_automatic(self) -> bool:
        return self.started_by == CONTINUOUS
