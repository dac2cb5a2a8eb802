"""Long work on an event loop, in turns of some milliseconds: whoever shares the loop goes on between them."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

Item = TypeVar("Item")
# Whoever comes in the midst of a turn waits half of it: less than what the smallest answer takes itself.
TURN_S = 0.001


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The items one by one, to be worked on between; gives way whenever a turn's time is over.

    By time and not by number: what one item takes is up to whoever wrote it.
    """
    began = time.monotonic()
    for item in items:
        yield item
        if time.monotonic() - began > TURN_S:
            await asyncio.sleep(0)
            began = time.monotonic()
