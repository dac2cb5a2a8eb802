"""A lot as its rules read it: plain values, no session behind them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from collect.lots.schemas import STATUS_FR, LotStatus


@dataclass(frozen=True, slots=True)
class Lot:
    """The devices of one pickup bound for one workshop. `missing`, `surplus`: found when the workshop counted."""

    id: UUID
    code: str
    donor_id: UUID
    donor_name: str
    donation_id: UUID
    donation_reference: str
    status: LotStatus
    public_body: bool
    devices: int
    collected_at: datetime
    postcode: str
    workshop_id: UUID | None
    workshop_name: str | None
    dispatched_at: datetime | None
    override_reason: str | None
    arrived_at: datetime | None
    reconciled_at: datetime | None
    missing: int
    surplus: int
    confirmed_at: datetime | None
    split_from: UUID | None

    @property
    def status_fr(self) -> str:
        return STATUS_FR[self.status]
