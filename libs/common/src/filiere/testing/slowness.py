"""How slow this machine is now, for tests that bound the CPU time of something."""

import statistics
import time

_LOOPS, _USUAL_S = 200_000, 0.004  # a loop of Python, and what it takes on the machine of docs/capacity.md


def slowness() -> float:
    """How much more CPU the same work takes here and now: caches are shared with whatever else runs."""

    def once() -> float:
        began = time.thread_time()
        for _ in range(_LOOPS):
            pass
        return time.thread_time() - began

    return max(statistics.median(once() for _ in range(20)) / _USUAL_S, 1.0)
