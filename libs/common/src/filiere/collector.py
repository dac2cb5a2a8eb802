"""Python's garbage collector, set for processes that load much at the start and then make many short-lived objects."""

import gc


def spare_the_collector() -> None:
    """Call once when everything is loaded.

    What is loaded stays: the collector need not walk through it again and again (a full walk of an api process takes
    tens of milliseconds, in the middle of somebody's request), nor run at every 700 new objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
