"""Shapes of the books in the API."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from distribute.till_journal.entry import Entry
from distribute.till_journal.status import EntryKind, Means, UndoReason


class EntryOut(BaseModel):
    """An entry of the journal. Nothing about persons."""

    relais_id: UUID
    sequence: int = Field(description="Without a gap per Relais, from 1.")
    day: date
    at: datetime
    kind: EntryKind
    handover_id: UUID | None
    device_id: UUID | None
    receipt: str | None
    label: str | None
    category: str | None
    tier: str | None
    amount_cents: int = Field(description="Negative where the entry takes back.")
    person_cents: int
    person_means: Means | None
    structure_cents: int
    structure_means: Means | None
    undoes: int | None = Field(description="The entry that this one takes back.")
    reason: UndoReason | None
    details: dict[str, Any]
    total_cents: int = Field(description="All amounts up to here: the perpetual total.")
    previous: str = Field(description="Fingerprint of the entry before; zeros for the first.")
    hash: str = Field(description="Fingerprint of this entry: SHA-256 of its canonical content.")

    @classmethod
    def of(cls, entry: Entry) -> "EntryOut":
        one = entry.draft
        return cls(
            relais_id=entry.relais_id,
            sequence=entry.sequence,
            day=entry.day,
            at=one.at,
            kind=one.kind,
            handover_id=one.handover_id,
            device_id=one.device_id,
            receipt=one.receipt,
            label=one.label,
            category=one.category,
            tier=one.tier,
            amount_cents=one.amount_cents,
            person_cents=one.person_cents,
            person_means=one.person_means,
            structure_cents=one.structure_cents,
            structure_means=one.structure_means,
            undoes=one.undoes,
            reason=one.reason,
            details=dict(one.details),
            total_cents=entry.total_cents,
            previous=entry.previous,
            hash=entry.hash,
        )


class BreakOut(BaseModel):
    """Something that does not hold."""

    sequence: int | None = Field(description="The entry, where it is one.")
    sentence_fr: str


class ProofOut(BaseModel):
    """The journal of one Relais, read from its first entry to its last."""

    relais_id: UUID
    relais_name: str
    entries: int
    waiting: int = Field(description="Handovers from before the journal, entered when the till is next used.")
    total_cents: int = Field(description="The perpetual total.")
    last_hash: str = Field(description="Fingerprint of the last entry; zeros without any.")
    holds: bool
    breaks: list[BreakOut]
    read_at: datetime = Field(description="When every entry was read, from the first one on.")
