"""Shapes of arrivals in the API."""

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from refurbish.arrivals.repository import LotCounts
from refurbish.arrivals.service import Outcome, Scanned
from refurbish.devices.stages import Stage

Code = Annotated[str, Field(min_length=1, max_length=300)]


class Arrival(BaseModel):
    """What was scanned."""

    model_config = ConfigDict(extra="forbid")

    labels: list[Code] = Field(min_length=1, max_length=5000)


class Scan(BaseModel):
    """One scan: a label, the address in its QR code, or the maker's serial. `lot_id`: the lot at hand, if any."""

    model_config = ConfigDict(extra="forbid")

    label: Code
    lot_id: UUID | None = None


class ScanOut(BaseModel):
    """The answer to one scan."""

    text: str
    outcome: Outcome
    sentence: str
    label: str | None
    device_id: UUID | None
    stage: Stage | None

    @classmethod
    def of(cls, scanned: Scanned) -> Self:
        device = scanned.device
        return cls(
            text=scanned.text,
            outcome=scanned.outcome,
            sentence=scanned.sentence,
            label=scanned.label,
            device_id=device.id if device else None,
            stage=device.stage if device else None,
        )


class ScanAnswer(BaseModel):
    """What the page of whoever scanned shows: one of three kinds, and how far the lot at hand is."""

    kind: Literal["new", "already", "wrong"]
    sentence: str
    label: str | None
    href: str | None
    arrived: int | None
    announced: int | None


class ArrivalOut(BaseModel):
    """The answers, and how many of each."""

    counts: dict[Outcome, int]
    results: list[ScanOut]

    @classmethod
    def of(cls, scanned: list[Scanned]) -> Self:
        counts = {outcome: sum(one.outcome is outcome for one in scanned) for outcome in Outcome}
        return cls(counts=counts, results=[ScanOut.of(one) for one in scanned])


class LotOut(BaseModel):
    """A lot and how far it is. `announced`: devices of the manifest received so far, out of `expected`."""

    id: UUID
    code: str | None
    workshop_id: UUID
    donation_id: UUID | None
    expected: int | None
    announced: int
    arrived: int
    missing: int
    done: int
    ready: int
    donor_name: str | None
    expected_on: date | None
    dispatched_at: datetime | None
    arrived_at: datetime | None
    reconciled_at: datetime | None

    @classmethod
    def of(cls, counts: LotCounts) -> Self:
        lot = counts.lot
        return cls(
            id=lot.id, code=lot.code, workshop_id=lot.workshop_id, donation_id=lot.donation_id, expected=lot.expected,
            announced=counts.announced, arrived=counts.arrived, missing=counts.missing, done=counts.done,
            ready=counts.ready, donor_name=lot.donor_name, expected_on=lot.expected_on,
            dispatched_at=lot.dispatched_at, arrived_at=lot.arrived_at,
            reconciled_at=lot.reconciled_at,
        )  # fmt: skip


class ReconciledOut(BaseModel):
    """The count of a lot."""

    lot_id: UUID
    present: int
    missing: list[UUID]
    surplus: list[str]
