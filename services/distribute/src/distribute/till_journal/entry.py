"""An entry of the journal and its fingerprint. Pure: what is written, archived and verified shares this one spelling.

The fingerprint of an entry is the SHA-256 of its content as canonical JSON (UTF-8, keys sorted, no spaces, moments in
UTC with microseconds). The content holds the fingerprint of the entry before, so changing, leaving out or reordering
one changes all that follow.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from distribute.till_journal.status import EntryKind, Means, UndoReason

VERSION = 1
BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be entered; the journal gives it its place. Amounts of a minus entry are negative.

    by: the subject of whoever acts, "" for the network; details: what only some kinds say, numbers and texts.
    """

    kind: EntryKind
    at: datetime
    by: str
    handover_id: UUID | None = None
    device_id: UUID | None = None
    receipt: str | None = None
    label: str | None = None
    category: str | None = None
    tier: str | None = None
    person_cents: int = 0
    person_means: Means | None = None
    structure_cents: int = 0
    structure_means: Means | None = None
    undoes: int | None = None
    reason: UndoReason | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def amount_cents(self) -> int:
        return self.person_cents + self.structure_cents

    @property
    def reason_fr(self) -> str:
        """Why it takes back, in words for what was handed over; "" where it takes nothing back."""
        if self.reason is None:
            return ""
        return self.reason.of_a_topup_fr if "topup" in self.details else self.reason.label_fr

    @property
    def handed_over_at(self) -> datetime:
        """Of a sale or a gift: without the network it was before it was entered."""
        sold_at = self.details.get("sold_at")
        return datetime.fromisoformat(sold_at) if sold_at else self.at


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in its place: day (of the journal: never before that of the entry before), perpetual total, chain."""

    relais_id: UUID
    sequence: int
    day: date
    draft: Draft
    total_cents: int
    previous: str
    hash: str = ""

    @property
    def kind(self) -> EntryKind:
        return self.draft.kind

    def content(self) -> dict[str, Any]:
        """All that the fingerprint covers."""
        one = self.draft
        return {
            "version": VERSION,
            "relais": str(self.relais_id),
            "sequence": self.sequence,
            "day": self.day.isoformat(),
            "kind": one.kind.value,
            "at": one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "by": one.by,
            "handover": str(one.handover_id) if one.handover_id else None,
            "device": str(one.device_id) if one.device_id else None,
            "receipt": one.receipt,
            "label": one.label,
            "category": one.category,
            "tier": one.tier,
            "person_cents": one.person_cents,
            "person_means": one.person_means.value if one.person_means else None,
            "structure_cents": one.structure_cents,
            "structure_means": one.structure_means.value if one.structure_means else None,
            "undoes": one.undoes,
            "reason": one.reason.value if one.reason else None,
            "details": dict(one.details),
            "total_cents": self.total_cents,
            "previous": self.previous,
        }

    def sealed(self) -> "Entry":
        """The same with its fingerprint."""
        return replace(self, hash=fingerprint(self.content()))


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def follow(relais_id: UUID, last: Entry | None, draft: Draft, day: date) -> Entry:
    """The entry that comes after `last`."""
    return Entry(
        relais_id,
        sequence=last.sequence + 1 if last else 1,
        day=max(day, last.day) if last else day,
        draft=draft,
        total_cents=(last.total_cents if last else 0) + draft.amount_cents,
        previous=last.hash if last else BEFORE_THE_FIRST,
    ).sealed()
