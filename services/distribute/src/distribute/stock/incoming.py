"""What stock reads of `refurbish.devices`."""

from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.events import Incoming
from pydantic import BaseModel, Field


class Software(BaseModel):
    """What is installed, by codes of lists that may grow."""

    system: str
    version: str | None = None
    office: str = "none"
    licence_used: bool = False


class ReadyDevice(Incoming, type="org.filiere.refurbish.device-ready.v1"):
    """A device that a workshop declared ready, as far as stock needs it."""

    device_id: UUID
    donation_id: UUID
    lot_id: UUID
    workshop_id: UUID
    workshop_name: str = ""
    workshop_territory: str | None = None
    label: str
    category: Category
    grade: Grade
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    cosmetic: str | None = None
    battery: str | None = None
    public_body: bool
    software: Software | None = None
    battery_percent: float | None = None
    battery_minutes: int | None = None
    memory_gb: float | None = None
    storage_gb: float | None = None
    identifiers: list[str] = Field(default_factory=list)


class WithdrawnDevice(Incoming, type="org.filiere.refurbish.device-withdrawn.v1"):
    """A device that a workshop took out of the chain."""

    device_id: UUID
    reason: str = ""


class AskedBackDevice(Incoming, type="org.filiere.refurbish.device-recall-asked.v1"):
    """A device that a workshop asks back: promised and broken, say, or said to have left and never gone."""

    device_id: UUID
    reason: str = ""
    never_left: bool = False
    unwiped: bool = False


class RecalledDevice(Incoming, type="org.filiere.refurbish.device-recalled.v1"):
    """A ready device that a workshop took back to its bench: out of stock, until it is ready again."""

    device_id: UUID
    reason: str = ""
