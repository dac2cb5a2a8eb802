"""Shapes of exits in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.web.bounded_types import Day, Flag, NoFlag, Visible
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from refurbish.waste.codes import WasteCode

MOST_DEVICES = 500
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Visible]
Siret = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{14}$")]
Kilograms = Annotated[float, Field(gt=0, le=40_000, description="weighed, or estimated"), NoFlag]


class NewExit(BaseModel):
    """What left, with whom, for where. One workshop's devices."""

    model_config = ConfigDict(extra="forbid")

    left_on: Day
    code: WasteCode
    weight_kg: Kilograms
    is_weighed: Flag = Field(default=True, description="false: estimated")
    slip: Text = Field(description="number of the slip: of the BSD, or of the eco-organisation's pick-up")
    carrier: Text
    recipient: Text
    recipient_siret: Siret | None = None
    operation: Annotated[str, StringConstraints(pattern=r"^[RD]\d{1,2}$")] = Field(
        default="R12", description="treatment that is planned, such as R4 or R12"
    )
    devices: list[UUID] = Field(min_length=1, max_length=MOST_DEVICES)


class ExitOut(BaseModel):
    """An exit; `weight_kg` of all of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workshop_id: UUID
    workshop_name: str
    left_on: date
    code: WasteCode
    weight_kg: float
    is_weighed: bool
    slip: str
    carrier: str
    recipient: str
    recipient_siret: str | None
    operation: str
    devices: int
    recorded_at: datetime
    recorded_by: str
    undone_at: datetime | None
    undone_by: str | None
