"""Shapes of repairs in the API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from filiere.catalogue.contacts import about_nobody
from filiere.web.bounded_types import Flag, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from refurbish.parts.kinds import PartKind
from refurbish.repairs.kinds import Barrier, Outcome, RepairKind

Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), Visible, AfterValidator(about_nobody)]
Minutes = Annotated[int, Field(ge=1, le=1440, description="of work, one day at most"), NoFlag]


class NewRepair(BaseModel):
    """What was done. `barrier`: needed unless it is fixed. `part_id`: of the workshop's stock."""

    model_config = ConfigDict(extra="forbid")

    kind: RepairKind
    outcome: Outcome
    barrier: Barrier | None = None
    minutes: Minutes
    part_id: UUID | None = None
    pieces: Annotated[int, Field(ge=1, le=16), NoFlag] = 1
    disk_serial: str | None = Field(
        default=None, max_length=100, description="of a disk that was put in: needed, for it is wiped as any other"
    )
    board: Flag = Field(
        default=False, description="the motherboard was replaced; said already by a part of the stock that is one"
    )
    old_board: Literal["to_destroy", "kept", "returned"] | None = Field(
        default=None, description="where a replaced board with a soldered memory is: needed then, for it keeps data"
    )
    soldered: Flag | None = Field(
        default=None, description="whether the new board has a soldered memory: needed for that of a computer"
    )
    memory_serial: str | None = Field(
        default=None, max_length=100, description="of that memory, where it has one that can be read"
    )
    disk_known: Flag = Field(
        default=False, description="the disk is the one of this number that is declared already and was never wiped"
    )
    remark: Remark | None = None


class RepairOut(BaseModel):
    """One repair with its part."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    device_id: UUID
    cycle: int
    kind: RepairKind
    outcome: Outcome
    barrier: Barrier | None
    minutes: int
    remark: str | None
    part_id: UUID | None
    part_kind: PartKind | None
    part_fits: str | None
    source_device_id: UUID | None
    source_label: str | None
    pieces: int
    cents: int
    by_name: str
    repaired_at: datetime


class LotRepairs(BaseModel):
    """What the repairs of one lot took."""

    model_config = ConfigDict(from_attributes=True)

    lot_id: UUID
    lot: str
    devices: int
    repairs: int
    fixed: int
    minutes: int
    cents: int
