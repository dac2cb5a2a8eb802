"""Shapes of aliases in the API."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from refurbish.aliases.kinds import AliasKind
from refurbish.devices.correction_reasons import CorrectionReason


class NewAlias(BaseModel):
    """One more identifier of a device."""

    model_config = ConfigDict(extra="forbid")

    kind: AliasKind
    value: str = Field(min_length=1, max_length=300)
    reason: CorrectionReason | None = Field(default=None, description="why; an IMEI asks for it")


class AliasOut(BaseModel):
    """An identifier beside label and serial, in the spelling that is compared."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: AliasKind
    value: str
    added_by: str
    added_at: datetime
