"""What goes in and out of invitations to campaigns."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from distribute.campaign_invitations.status import Answer


class ListForm(BaseModel):
    """A list as it was pasted; `send` once it was read again."""

    model_config = ConfigDict(extra="ignore")

    addresses: Annotated[str, StringConstraints(max_length=200_000)] = ""
    send: bool = False


class InvitationOut(BaseModel):
    """An invitation, and what came of it."""

    id: UUID
    address: str
    name: str
    invited_at: datetime
    reminded_at: datetime | None
    answer: Answer
