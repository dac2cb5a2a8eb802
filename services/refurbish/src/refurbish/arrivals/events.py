"""What the arrival of a lot publishes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from filiere.identifiers import is_label
from pydantic import Field

MAX_COUNTED = 2000  # ids of 39 bytes and labels of 14: half of what an event may be
NO_LABEL = "sans étiquette"  # what people read on a thing may be somebody's name: it stays in the workshop
_EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-03T09:12:00Z",
    "lot_id": "01936f3e-0000-7000-8000-00000000000b",
    "workshop_id": "01936f3e-0000-7000-8000-000000000001",
}


@event(topic="refurbish.lots", name="lot-arrived", version=1, key="lot_id")
class LotArrived(Event):
    """The first device of the lot was scanned at the workshop."""

    lot_id: UUID = Field(description="The lot.")
    workshop_id: UUID = Field(description="The workshop that received it.")
    example: ClassVar[dict[str, Any]] = _EXAMPLE


@event(topic="refurbish.lots", name="lot-reconciled", version=1, key="lot_id")
class LotReconciled(Event):
    """The workshop counted the lot. Sent again when a later count differs: the newest is the truth.

    A long count comes in chunks, in order: the first one begins a new count, the others add to it.
    """

    lot_id: UUID = Field(description="The lot.")
    workshop_id: UUID = Field(description="The workshop that counted.")
    present: int = Field(ge=0, description="Devices of the manifest that arrived.")
    missing: list[UUID] = Field(description="Devices of the manifest that nobody found.")
    surplus: list[str] = Field(
        description="Labels found in the lot that no manifest announced to this workshop; `sans étiquette` for a thing"
        " without one, whatever was read on it."
    )
    chunk: int = Field(1, ge=1, description="Number of this chunk, from 1. `present` is of the whole count in each.")
    chunks: int = Field(1, ge=1, description="How many chunks the count has.")
    example: ClassVar[dict[str, Any]] = {
        **_EXAMPLE,
        "present": 142,
        "missing": ["01936f3e-0000-7000-8000-00000000000d"],
        "surplus": ["FIL-7K2M9-4"],
        "chunk": 1,
        "chunks": 1,
    }


def counted(
    lot_id: UUID, workshop_id: UUID, present: int, missing: Sequence[UUID], surplus: Sequence[str], at: datetime
) -> list[LotReconciled]:
    """A count, in as many events as its lists need; one at least."""
    labels = [label if label.startswith("FIL-") and is_label(label) else NO_LABEL for label in surplus]
    chunks = max(1, -(-max(len(missing), len(surplus)) // MAX_COUNTED))
    return [
        LotReconciled(
            lot_id=lot_id,
            workshop_id=workshop_id,
            present=present,
            missing=list(missing[start : start + MAX_COUNTED]),
            surplus=labels[start : start + MAX_COUNTED],
            chunk=start // MAX_COUNTED + 1,
            chunks=chunks,
            occurred_at=at,
        )
        for start in range(0, chunks * MAX_COUNTED, MAX_COUNTED)
    ]
