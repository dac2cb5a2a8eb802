"""What the API and the pages take and give about incidents."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from filiere.catalogue import Category
from filiere.catalogue.device_models import NamedByModel
from filiere.web.bounded_types import Flag, Scanned
from pydantic import BaseModel, ConfigDict, Field

from distribute.incidents.status import IncidentKind, Outcome, Side
from distribute.remarks import Remark
from distribute.statuses import StockStatus, SwapReason


class MissingIn(BaseModel):
    """What was not in the parcel; no label: all that is still expected of it."""

    model_config = ConfigDict(extra="forbid")

    labels: list[Scanned] = Field(default_factory=list, max_length=1000)
    note: Remark = Field(default="", description="About the parcel; nobody's name.")


class ReportIn(BaseModel):
    """A device that arrived damaged, or that is not the right one."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal[IncidentKind.DAMAGED, IncidentKind.WRONG]
    keep: Flag = Field(default=False, description="The Relais keeps it all the same; else it goes back.")
    note: Remark = Field(default="", description="What is seen of it; nobody's name.")


class SwapIn(BaseModel):
    """Why a device is taken out of its parcel."""

    model_config = ConfigDict(extra="forbid")

    reason: SwapReason


class SwapOut(BaseModel):
    """A device that was taken out of its parcel, and what is promised to its line instead."""

    label: str
    replacement_id: UUID | None = Field(description="None: no other one is free, its line waits.")
    replacement_label: str | None


class Decision(StrEnum):
    """How the coordination settles what is missing."""

    ON_ITS_WAY = "on_its_way"
    LOST = "lost"
    FOUND = "found"


class SettleIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    outcome: Decision = Field(
        description="`on_its_way`: found, it is expected again. `lost`: given up, its line waits for another one."
        " `found`: it goes back to its workshop; also of what was given up before."
    )


class IncidentOut(NamedByModel, BaseModel):
    """What was said of a device that was sent, and how it ended."""

    id: UUID
    kind: IncidentKind
    side: Side
    is_kept: bool
    note: str | None
    has_photo: bool
    said_at: datetime
    outcome: Outcome | None
    settled_at: datetime | None
    shipment_id: UUID
    reference: str = Field(description="Of the parcel.")
    order_id: UUID
    relais_id: UUID
    relais_name: str
    workshop_id: UUID
    workshop_name: str
    carrier: str | None
    tracking: str | None
    device_id: UUID
    label: str
    category: Category
    manufacturer: str | None
    model: str | None
    status: StockStatus = Field(description="Where the device stands now.")
    replacement_id: UUID | None
    replacement_label: str | None

    @property
    def decisions(self) -> list[Decision]:
        """What the coordination may still decide."""
        if self.settled_at is None:
            return [Decision.ON_ITS_WAY, Decision.LOST, Decision.FOUND]
        return [Decision.FOUND] if self.outcome is Outcome.LOST and self.status is StockStatus.LOST else []
