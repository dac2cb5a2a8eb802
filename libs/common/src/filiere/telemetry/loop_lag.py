"""How long one turn of an event loop computes: what computes on the loop makes everybody else wait.

Counted in CPU time of the loop's own thread, so that a busy machine is not taken for a blocked loop. The stack of what
blocks is looked at by a thread beside it, while it blocks.
"""

import asyncio
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from filiere.telemetry import metrics
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_TICK_S = 0.002
_LOOK_S = 0.004


@contextmanager
def watched(limit: timedelta | None) -> Iterator[None]:
    """Watch the loop: each turn goes to `filiere_loop_turn_seconds`, one over `limit` to the log, with its stack.

    None: nothing is measured, and a process at rest is not woken.
    """
    if limit is None:
        yield
        return
    watch = _Watch(limit.total_seconds())
    try:
        yield
    finally:
        watch.stop()


class _Watch:
    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._clock = time.pthread_getcpuclockid(self._thread)
        self._began = time.clock_gettime(self._clock)
        self._stack = ""
        self._stopped = threading.Event()
        log.info("loop_watched", limit_milliseconds=round(limit_s * 1000))
        threading.Thread(target=self._look, name="turns", daemon=True).start()
        self._timer = self._loop.call_later(_TICK_S, self._tick)

    def stop(self) -> None:
        self._timer.cancel()
        self._stopped.set()

    def _tick(self) -> None:
        """Once per turn: timers that are due run once in each."""
        now = time.clock_gettime(self._clock)
        took, stack = now - self._began, self._stack
        metrics.loop_turn_seconds.observe(took)
        if took > self._limit_s:
            log.warning("loop_blocked", milliseconds=round(took * 1000, 1), stack=stack or "not seen")
        self._stack = ""
        self._began = time.clock_gettime(self._clock)  # telling of it is not part of the next turn
        self._timer = self._loop.call_later(_TICK_S, self._tick)

    def _look(self) -> None:
        while not self._stopped.wait(_LOOK_S):
            if time.clock_gettime(self._clock) - self._began > self._limit_s * 0.7 and not self._stack:
                frame = sys._current_frames().get(self._thread)
                self._stack = "".join(traceback.format_stack(frame)[-12:]) if frame is not None else ""
