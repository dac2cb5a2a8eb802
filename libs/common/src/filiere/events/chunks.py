"""Long lists in several events, each of which may be sent."""

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel

from filiere.events.model import MAX_EVENT_BYTES

T = TypeVar("T", bound=BaseModel)
_ROOM = MAX_EVENT_BYTES - 16 * 1024  # the rest of the event


def chunked(items: Sequence[T], most: int) -> list[list[T]]:
    """The items in order, at most `most` in a chunk and few enough bytes for an event; no chunk for no items."""
    chunks: list[list[T]] = []
    size = 0
    for item in items:
        weight = len(item.model_dump_json().encode()) + 1
        if not chunks or len(chunks[-1]) == most or size + weight > _ROOM:
            chunks.append([])
            size = 0
        chunks[-1].append(item)
        size += weight
    return chunks
