"""What the API and the pages take and give about drafts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Flag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from distribute.orders.schemas import MAX_LINES, OrderLineIn
from distribute.remarks import Remark

Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), Visible]


class DraftIn(BaseModel):
    """A basket to keep; prices and dates are looked at when it is ordered."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID
    name: Name = Field("", description="How the Relais finds it again.")
    is_template: Flag = Field(False, description="Stays after it was ordered.")
    lines: list[OrderLineIn] = Field(min_length=1, max_length=MAX_LINES)
    note: Remark | None = None


class DraftOut(BaseModel):
    """A kept basket."""

    id: UUID
    relais_id: UUID
    name: str
    is_template: bool
    lines: list[OrderLineIn]
    note: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def devices(self) -> int:
        return sum(line.quantity for line in self.lines)
