"""Does anything hold the event loop? For tests that send as much as one request may bring."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from filiere.garbage_collection import spare_the_collector
from filiere.telemetry import loop_lag
from filiere.testing.slowness import slowness

LIMIT_MS = 20


@contextmanager
def long_turns() -> Iterator[list[float]]:
    """The turns of the loop, in milliseconds, that computed for more than 20; their stacks go to the test's output."""
    found: list[float] = []

    def tell(_: str, milliseconds: float, stack: str) -> None:
        found.append(milliseconds)
        sys.stdout.write(f"{milliseconds} ms\n{stack}\n")

    threshold = gc.get_threshold()
    spare_the_collector()  # as a service does; what other tests have left in this process would take half a second
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(loop_lag.log, "warning", tell)
            with loop_lag.watched(timedelta(milliseconds=LIMIT_MS * slowness())):
                yield found
        # The machine may have become slower meanwhile, by other work on the same caches.
        limit = LIMIT_MS * slowness()
        found[:] = [milliseconds for milliseconds in found if milliseconds > limit]
    finally:
        gc.unfreeze()
        gc.set_threshold(*threshold)
