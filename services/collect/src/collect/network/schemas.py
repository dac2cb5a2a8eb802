"""Shapes of the chain as the coordination sees it."""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

from collect.devices.schemas import DeviceOut
from collect.devices.stage import Stage


class Who(StrEnum):
    """Of whom one hears, or does not."""

    DONOR = "donateurs"
    WORKSHOP = "ateliers"
    RELAIS = "relais"


class Standing(StrEnum):
    """Of a Relais' agreement, as distribute says it."""

    NONE = "none"
    SENT = "sent"
    SIGNED = "signed"
    ENDED = "ended"


class StageCount(BaseModel):
    """Devices that wait at one stage, by how long they have stood there."""

    stage: Stage
    waiting: int = Field(description="For a week at most.")
    late: int = Field(description="For longer.")
    stuck: int = Field(description="For more than thirty days.")
    days: int | None = Field(description="For how many days the one that has waited longest.")

    @property
    def all(self) -> int:
        return self.waiting + self.late + self.stuck


class SilentCount(BaseModel):
    """So many of whom nothing was heard for so many days; `days`: of the one that has been silent longest."""

    who: Who
    count: int
    after_days: int
    days: int | None


class SigningCount(BaseModel):
    """Agreements that wait for their signature; `days`: of the one that has waited longest."""

    count: int
    days: int | None


class Network(BaseModel):
    """Where devices wait over the three services, of whom nothing is heard, and agreements in signature."""

    stages: list[StageCount]
    silent: list[SilentCount]
    signing: SigningCount


class Actor(BaseModel):
    """A donor, a workshop or a Relais, and when something was last heard of it; `known_at`: since when it is known."""

    id: UUID
    who: Who
    name: str
    city: str | None
    heard_at: datetime | None
    known_at: datetime
    agreement: str | None = Field(description="Of a Relais: none, sent, signed or ended.")
    agreement_on: date | None

    @property
    def last(self) -> datetime:
        return self.heard_at or self.known_at


class Waiting(NamedTuple):
    """A device that waits, since when, and whose it is."""

    device: DeviceOut
    since: datetime
    donor_name: str
