"""Python's garbage collector and memory, for processes that load much first and then make short-lived objects."""

import asyncio
import ctypes
import gc
from collections.abc import Callable


def spare_the_collector() -> None:
    """Call once when everything is loaded.

    What is loaded stays: the collector need not walk through it again and again (a full walk of an api process takes
    tens of milliseconds, in the middle of somebody's request). New objects are walked through by 5,000, about 2 ms (by
    50,000, each walk kept everybody waiting for 18), those that stayed after a million: Python's own 700 and 10 walk
    through the same ones too often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 200, 20)


_LOOK_EVERY_S = 30.0


async def give_back_at_rest(done: Callable[[], int]) -> None:
    """Give what glibc's allocator keeps back to the system, once after each time of work; runs until cancelled.

    `done` counts the work: at rest when it has not changed between two looks. 3 to 7 MB of an api after a working day.
    """
    seen = given = 0
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        before, seen = seen, done()
        if seen == before != given:
            given = seen
            await asyncio.to_thread(give_back)


def give_back() -> None:
    """What the allocator keeps of the memory that was freed goes back to the system now, where it is glibc's."""
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
