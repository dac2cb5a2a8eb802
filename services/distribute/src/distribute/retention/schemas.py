"""What goes in and out. A repère comes in a body, never in an address: addresses stand in logs."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category, Tier
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.handovers.status import Criterion, HandoverKind
from distribute.retention.status import Cause


class AliasIn(BaseModel):
    """As the Relais wrote it; small and capital letters are the same."""

    model_config = ConfigDict(extra="forbid")

    alias: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class KeptOut(BaseModel):
    """A handover that bears the repère: all that is kept about the person."""

    handover_id: UUID
    receipt: str
    handed_over_at: datetime
    label: str
    category: Category | None = Field(description="Of a device; a top-up has none.")
    name: str
    kind: HandoverKind
    tier: Tier
    amount_cents: int
    is_topup: bool = Field(False, description="A top-up; the others are devices.")
    public: str | None
    criterion: Criterion | None = Field(None, description="What opened the tier.")
    bracket: str | None = None
    seen_by: str | None = Field(None, description="Of the Relais: initials or function.")
    seen_on: date | None = None


class AliasOut(BaseModel):
    """All that is kept under a repère, and until when."""

    alias: str
    kept_until: datetime = Field(description="Two years from the last contact.")
    handovers: list[KeptOut]


class ErasedOut(BaseModel):
    """What the Relais may answer to the person."""

    handovers: int = Field(description="So many say nothing about anybody any more; amounts and receipts stay.")


class ErasureOut(BaseModel):
    """A line of the report."""

    at: datetime
    cause: Cause
    handovers: int
