"""A donation as its rules read it: plain values, no session behind them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from collect.donations.status import DonationStatus


@dataclass(frozen=True, slots=True)
class Donation:
    """One declaration of a donor. Counts are of devices; `lines` of lines."""

    id: UUID
    reference: str
    donor_id: UUID
    donor_name: str
    status: DonationStatus
    public_body: bool
    source: str
    note: str | None
    lines: int
    declared: int
    accepted: int
    refused: int
    created_at: datetime
    submitted_at: datetime | None
    answered_at: datetime | None
    declined_reason: str | None
    by_network: bool
    ended_at: datetime | None
    ended_reason: str | None
    pickup_on: date | None
    pickup_site_id: UUID | None
    collected_at: datetime | None
    received_at: datetime | None
    closed_at: datetime | None
