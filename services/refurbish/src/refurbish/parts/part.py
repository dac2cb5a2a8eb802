"""A spare part, as rules read it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from refurbish.parts.kinds import Origin, PartKind


@dataclass(frozen=True, slots=True)
class SparePart:
    """`source_label`: of the device it was harvested from."""

    workshop_id: UUID
    id: UUID
    kind: PartKind
    fits: str
    origin: Origin
    source_device_id: UUID | None
    quantity: int
    used: int
    lost: int
    unit_cents: int
    added_by: str
    added_at: datetime
    source_label: str | None = None

    @property
    def left(self) -> int:
        return self.quantity - self.used - self.lost
