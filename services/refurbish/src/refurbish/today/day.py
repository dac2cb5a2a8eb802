"""What a bench's home shows, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Done:
    """Devices that came to each stage today, in the workshop's benches together."""

    arrived: int
    erased: int
    tested: int
    graded: int
    ready: int
    left: int


@dataclass(frozen=True, slots=True)
class ComingLot:
    """The lot that has been on its way the longest."""

    id: UUID
    name: str
    devices: int
    dispatched_at: datetime | None
