"""Python's garbage collector and memory, for processes that load much first and then make short-lived objects."""

import asyncio
import ctypes
import gc
import mmap
from collections.abc import Awaitable, Callable
from pathlib import Path


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


async def give_back_at_rest(done: Callable[[], int], beside: Callable[[], Awaitable[None]] | None = None) -> None:
    """Give what glibc's allocator keeps back to the system, once after each time of work; runs until cancelled.

    `done` counts the work: at rest when it has not changed between two looks. 3 to 7 MB of an api after a working day,
    and a few of libraries. `beside`: what else is to be let go then.
    """
    seen = given = 0
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        before, seen = seen, done()
        if seen == before != given:
            given = seen
            if beside is not None:
                await beside()
            await asyncio.to_thread(give_back)


def give_back() -> None:
    """What glibc's allocator keeps of freed memory, and what was read of libraries, goes back to the system now."""
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
    give_back_what_was_read()


def give_back_what_was_read() -> None:
    """Pages of libraries and programs that this process has read are the system's again; Linux alone.

    Nothing is lost: whoever touches one finds it in the file, most likely still in the system's memory.
    """
    libc = ctypes.CDLL(None)
    try:
        lines = Path("/proc/self/smaps").read_text().splitlines()
    except OSError:
        return
    begin = end = 0
    for line in lines:
        first, *rest = line.split()
        if not first.endswith(":"):  # a mapping: addresses, rights, offset, device, inode, file
            begin, end = (int(address, 16) for address in first.split("-"))
            if rest[0] not in ("r--p", "r-xp") or rest[3] == "0":
                begin = end
        # One that holds a page of its own was changed after it had been read: by the linker, which no file knows.
        elif first == "Anonymous:" and rest[0] == "0" and begin < end:
            libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), mmap.MADV_DONTNEED)
