"""Time-ordered identifiers (RFC 9562, version 7)."""

import os
import threading
import time
from uuid import UUID

# Layout of the 128 bits: 48 of milliseconds, 4 of version, 12 + 30 of counter around the 2 of variant, 32 of hazard.
_VERSION_7 = 0x7 << 76
_VARIANT_RFC = 0b10 << 62
_COUNTER_BITS = 42

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def uuid7() -> UUID:
    """Return a new id, greater than every id this process returned before.

    Ids made in one transaction keep the order in which they were made, so that the primary key index grows at its end
    and a list sorted by id is sorted by time. Within a millisecond a 42-bit counter, started at random in its lower
    half, keeps the order (RFC 9562 § 6.2, method 1); the last 32 bits are random, which keeps processes apart.
    A clock stepping backwards does not break the order: the last known millisecond stays in use.
    """
    global _last_ms, _counter
    random = int.from_bytes(os.urandom(10))
    with _lock:
        now = time.time_ns() // 1_000_000
        if now > _last_ms:
            _last_ms = now
            _counter = (random >> 32) & ((1 << (_COUNTER_BITS - 1)) - 1)
        else:
            _counter += 1
            if _counter >> _COUNTER_BITS:  # 2^41 ids in a millisecond: borrow the next one, never repeat
                _last_ms += 1
                _counter = 0
        ms, counter = _last_ms, _counter
    return UUID(
        int=ms << 80
        | _VERSION_7
        | (counter >> 30) << 64
        | _VARIANT_RFC
        | (counter & ((1 << 30) - 1)) << 32
        | (random & 0xFFFFFFFF)
    )
