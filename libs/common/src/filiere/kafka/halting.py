"""When bad messages are no longer bad messages but a bad release: by run and by share, per partition."""

from collections import deque
from collections.abc import Callable

from filiere.kafka.ports import Partition
from filiere.settings import Settings


class TooManyDeadLetters(Exception):
    """So many bad messages are not bad messages: this partition stops and waits for a person."""

    says_no_data = True


class Tally:
    """What became of a partition's last messages.

    Only what was applied counts as good. A duplicate, an event that nobody reads here and one that waits behind an
    open letter say nothing about the release, and count as neither.
    """

    def __init__(self, in_a_row: int, ratio: float, window: int) -> None:
        self._most, self._ratio = in_a_row, ratio
        self._run = 0
        self._last: deque[bool] = deque(maxlen=window)
        self._bad = 0

    def good(self, count: int) -> None:
        if not count:
            return
        self._run = 0
        for _ in range(min(count, self._last.maxlen or 0)):
            self._note(bad=False)

    def bad(self) -> str | None:
        """One more that was parked; the sentence why to stop, once there are too many."""
        self._run += 1
        self._note(bad=True)
        if self._run >= self._most:
            return f"{self._run} messages in a row could not be applied"
        size = len(self._last)
        if size == self._last.maxlen and self._bad > self._ratio * size:
            return f"{self._bad} of the last {size} messages could not be applied"
        return None

    def _note(self, *, bad: bool) -> None:
        if len(self._last) == self._last.maxlen:
            self._bad -= self._last[0]
        self._last.append(bad)
        self._bad += bad


def tallies(settings: Settings) -> Callable[[Partition], Tally]:
    """One tally per partition, for the life of the process: a restart after a mend begins anew."""
    kept: dict[Partition, Tally] = {}

    def of(partition: Partition) -> Tally:
        if partition not in kept:
            kept[partition] = Tally(
                settings.dead_letters_in_a_row, settings.dead_letter_ratio, settings.dead_letter_window
            )
        return kept[partition]

    return of
