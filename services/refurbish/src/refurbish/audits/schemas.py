"""Shapes of the audits in the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from filiere.inventories.facts import HardwareFacts
from filiere.web.bounded_types import Scanned
from pydantic import BaseModel, ConfigDict, Field

from refurbish.audits.audit import Status, WithdrawnFor


class AuditOut(BaseModel):
    """An inventory: facts, the hash of the file as it was sent, what does not agree."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device_id: UUID
    sha256: str
    facts: HardwareFacts
    serial_matches: bool | None
    audited_at: datetime
    status: Status = Field(description="asked: it seems to be another machine's, and counts once somebody answered")
    reason: WithdrawnFor | None = Field(default=None, description="why it was taken back")
    differences: list[str] = Field(default_factory=list)
    question: str | None = Field(default=None, description="of one that is asked about")
    candidate: str | None = Field(default=None, description="label of the device whose serial it has")


class PushedOut(AuditOut):
    """An audit that found its device by itself."""

    label: str


class Answer(BaseModel):
    """here: it is this machine after all. there: it is the candidate's, or `label`'s. nowhere: it is dropped."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["here", "there", "nowhere"]
    label: Scanned | None = None


class Withdrawal(BaseModel):
    """Why an audit is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: WithdrawnFor


class FactOut(BaseModel):
    """One fact, from the newest audit that speaks of it."""

    value: object
    source: str
    audit_id: UUID
    audited_at: datetime
