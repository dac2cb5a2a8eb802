"""What the page of a workshop's manager shows, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from refurbish.devices.stages import Stage


@dataclass(frozen=True, slots=True)
class AtStage:
    """Devices at one stage, by how long they have stood there; `oldest`: since when the first of them has."""

    stage: Stage
    devices: int
    week: int
    month: int
    older: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Conformity:
    """Of a period: devices that came back to the bench for a defect, for those that were shipped."""

    defects: int
    shipped: int
    limit: Decimal | None
    source: str

    @property
    def percent(self) -> Decimal | None:
        """None where nothing was shipped: there is nothing to divide by."""
        return None if not self.shipped else round(Decimal(100 * self.defects) / self.shipped, 1)

    @property
    def is_above(self) -> bool:
        return self.percent is not None and self.limit is not None and self.percent > self.limit
