"""Ids of what is carried over: the same source and the same name are the same thing, whoever asks and however often."""

import hashlib
from uuid import UUID

# Made as version 7 of the first instant of 2000: older than all that is made here, and never one of ours.
_BEFORE = 946_684_800_000 << 80
OURS_FROM = UUID(int=946_684_800_001 << 80)
"""What is carried over has a lower id, what is made here a higher one."""
_RANDOM = (1 << 76) - 1


def same_name(name: str) -> str:
    """An old name as its id is made of it: two names that are one here are one thing."""
    return " ".join(name.split()).casefold()


def carried_id(source: str, kind: str, key: str) -> UUID:
    """`source`: the network's old tool, as its people call it; `kind`: device, lot, order…; `key`: its old name."""
    said = "\x1f".join(same_name(part) for part in (source, kind, key))
    drawn = int.from_bytes(hashlib.sha256(said.encode()).digest()[:16], "big")
    number = _BEFORE | (drawn & _RANDOM)
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def device_id(source: str, key: str) -> UUID:
    return carried_id(source, "device", key)


def is_carried(id_: UUID) -> bool:
    """Whether it is an id of this module: of nothing that was declared here."""
    return id_.int >> 80 == _BEFORE >> 80
