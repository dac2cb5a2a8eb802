"""Processes that take much of the machine, one at a time."""

import asyncio
from weakref import WeakKeyDictionary


class Turns:
    """Whoever waits here holds neither memory nor a processor; each event loop has its own turn."""

    def __init__(self) -> None:
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()

    def next(self) -> asyncio.Lock:
        """Held by the one who is at work."""
        return self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
