"""One value of a hypothesis strategy, for tests that play many drawn stories in one world and look at it once."""

import sys
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def drawn(strategy: SearchStrategy[T]) -> T:
    """A value as hypothesis draws it, written to the output of the test so that its failure can be played again.

    The first value that hypothesis tries is the simplest there is: a list of one zero, say. It proves nothing here.
    """
    found: list[T] = []

    @settings(max_examples=2, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    sys.stdout.write(f"drawn: {found[-1]!r}\n")
    return found[-1]
