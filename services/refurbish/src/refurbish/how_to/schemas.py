"""What a workshop writes of a machine."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from refurbish.how_to.kinds import HowToKind

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60), Visible]


class NewHowTo(BaseModel):
    """`model`: how the model's name begins; empty for every model. `source`: who says so, or where it is written."""

    model_config = ConfigDict(extra="forbid")

    topic: HowToKind
    maker: Name
    model: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Visible] = ""
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500), Visible]
    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]


class HowToForm(NewHowTo):
    """The same with its workshop, which the coordination must name; anybody else's only one is known."""

    workshop_id: UUID | None = Field(default=None)

    def said(self) -> NewHowTo:
        return NewHowTo(**self.model_dump(exclude={"workshop_id"}))


class HowToOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workshop_id: UUID
    topic: HowToKind
    maker: str
    model: str
    text: str
    source: str
    written_at: datetime
    removed_at: datetime | None
