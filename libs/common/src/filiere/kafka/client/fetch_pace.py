"""When to fetch from the embedded broker: while there is something, when the doorbell rings, else once a second."""

import asyncio
import time

from aiokafka import AIOKafkaConsumer

from filiere.kafka.client.doorbell import Doorbell

_LOOK_EVERY_S = 1.0  # somebody may send who does not ring: another program, an older release
_BEGIN_S = 0.5  # what lay there before nobody rings for, and a busy machine takes its time for the first fetch
_LOOK_S = 0.02  # a fetch
_FIND_IT_S = 0.2  # who rings has sent something
_ECHO_S = 0.04  # a ring so soon after a find is that record's own, as a rule: one more fetch will do
# Once it is found, no longer: a fetch that waits at the broker keeps the next record waiting there for 10 ms, a ring
# that finds none under way brings it at once.
_STAY_AWAKE_S = 0.005


class Dozing:
    """Pauses all partitions of a consumer while nothing comes: the client then sends no fetch at all."""

    def __init__(self, consumer: AIOKafkaConsumer, bell: Doorbell) -> None:
        self._consumer = consumer
        self._bell = bell
        self._asleep_since: float | None = None
        self._found_at = 0.0
        self._awake_until = time.monotonic() + _BEGIN_S

    async def worth_a_look(self, timeout_s: float) -> float:
        """Seconds to wait for records now; 0 when it is not yet the time to ask, and `timeout_s` has been waited."""
        if self._asleep_since is not None:
            left = self._asleep_since + _LOOK_EVERY_S - time.monotonic()
            if left > 0 and not await self._rings_within(min(left, timeout_s)) and left > timeout_s:
                return 0.0
            self._wake()
        return min(timeout_s, max(self._awake_until - time.monotonic(), 0.001))

    def looked(self, *, found: bool) -> None:
        """After a poll: whether it brought something."""
        if found:
            self._found_at = time.monotonic()
        if self._bell.rang.is_set():
            self._bell.rang.clear()
            self._awake_until = time.monotonic() + self._how_long()
        elif found:
            self._awake_until = time.monotonic() + _STAY_AWAKE_S
        elif time.monotonic() >= self._awake_until:
            self._asleep_since = time.monotonic()
            self._consumer.pause(*self._consumer.assignment())

    def close(self) -> None:
        self._bell.close()

    async def _rings_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._bell.rang.wait()
        except TimeoutError:
            return False

    def _wake(self) -> None:
        stay = self._how_long() if self._bell.rang.is_set() else _LOOK_S
        self._bell.rang.clear()
        self._asleep_since = None
        self._awake_until = time.monotonic() + stay
        self._consumer.resume(*self._consumer.assignment())

    def _how_long(self) -> float:
        """After a ring: until what was rung for is found, however slowly the broker answers."""
        return _LOOK_S if time.monotonic() - self._found_at < _ECHO_S else _FIND_IT_S
