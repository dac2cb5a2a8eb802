"""What goes out of attachments."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class AttachmentOut(BaseModel):
    """A file on a donation; `media_type` is what its bytes say."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    size: int = Field(description="Bytes.")
    media_type: str
    added_by_name: str
    created_at: datetime
