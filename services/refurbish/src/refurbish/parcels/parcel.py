"""A parcel, as the bench packs it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from refurbish.devices.device import Device


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one order takes from one workshop. `since`: the oldest promise; older promises know no hour nor names."""

    workshop_id: UUID
    workshop_name: str
    order_id: UUID
    reference: str | None
    relais_name: str | None
    territory: str
    since: datetime | None
    devices: int
    packed: int
    left: int

    @property
    def to_pack(self) -> int:
        return self.devices - self.packed - self.left

    @property
    def is_whole(self) -> bool:
        return self.to_pack == 0 and self.packed > 0


@dataclass(frozen=True, slots=True)
class Packed:
    """A device of a parcel, and when it was laid into the box."""

    device: Device
    packed_at: datetime | None
