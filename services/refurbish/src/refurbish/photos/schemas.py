"""Shapes of photos in the API."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class PhotoOut(BaseModel):
    """A photo of a device; the file itself is under its address."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    cycle: int
    size: int
    media_type: str
    by: str
    taken_at: datetime
