"""Shapes of the audits in the API."""

from datetime import datetime
from uuid import UUID

from filiere.inventories.facts import HardwareFacts
from pydantic import BaseModel, ConfigDict, Field


class AuditOut(BaseModel):
    """A kept inventory: facts, the hash of the file, what does not agree."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device_id: UUID
    sha256: str
    facts: HardwareFacts
    serial_matches: bool | None
    audited_at: datetime
    differences: list[str] = Field(default_factory=list)
