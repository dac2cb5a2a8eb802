"""The consumer: polls, gives each partition its own lane, commits what is done, leaves cleanly."""

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from filiere.kafka.halting import TooManyDeadLetters
from filiere.kafka.ports import BrokerUnavailable, Consumer, Partition, PartitionsLost, Record
from filiere.kafka.processing import Processor
from filiere.settings import Settings
from filiere.telemetry import metrics
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

# What one transaction applies, beside the number of events, and what waits in a lane. Ordinary events reach their
# number first (500 are 375 kB); of a large lot's manifests, 120 kB each, as many as came would be held at once.
SLICE_BYTES = 512 * 1024
_LANE_BYTES = 4 * SLICE_BYTES
_COMMIT_EVERY_S = 0.2  # offsets are a hint, the inbox is the truth: one commit for all partitions, now and then
_MEASURE_EVERY = 5  # commits
_WATCH_EVERY_S = 10.0
_STALLED_CHECKS = 3  # behind the broker's end and nothing arriving, so many checks in a row (aiokafka #1037, #1154)


class ConsumerStalled(Exception):
    """The client still runs but no longer fetches: only a new process helps."""

    says_no_data = True


@dataclass
class _Lane:
    """One partition's work: what was fetched, the task that applies it, the next offset to commit."""

    queue: deque[Record] = field(default_factory=deque)
    waiting_bytes: int = 0
    task: "asyncio.Task[None] | None" = None
    done_to: int | None = None
    committed_to: int | None = None
    closed: bool = False
    halted: str | None = None  # why this partition waits for a person

    def put(self, records: Sequence[Record]) -> None:
        self.queue.extend(records)
        self.waiting_bytes += sum(map(_size, records))

    def take(self, most: int) -> list[Record]:
        """The next slice: so many records at most, and no more bytes than a slice may have, but at least one."""
        taken, left = [self.queue.popleft()], SLICE_BYTES
        left -= _size(taken[0])
        while self.queue and len(taken) < most and left >= _size(self.queue[0]):
            taken.append(self.queue.popleft())
            left -= _size(taken[-1])
        self.waiting_bytes -= sum(map(_size, taken))
        return taken

    def forget(self) -> None:
        self.queue.clear()
        self.waiting_bytes = 0

    def is_full(self, most: int) -> bool:
        return len(self.queue) >= most or self.waiting_bytes >= _LANE_BYTES


def _size(record: Record) -> int:
    return len(record.value or b"")


class ConsumerRuntime:
    """Runs until `stop()`; any unexpected end raises, and the process should die of it."""

    def __init__(self, consumer: Consumer, processor: Processor, settings: Settings) -> None:
        self._consumer = consumer
        self._processor = processor
        self._settings = settings
        self._lanes: dict[Partition, _Lane] = {}
        self._stopping = asyncio.Event()
        self._failure: BaseException | None = None
        self._applied = 0
        self._last_poll = time.monotonic()
        self._measured: set[Partition] = set()

    @property
    def last_poll_age_s(self) -> float:
        """0 before the start: waiting for the broker or its topics is no fault of this process."""
        return 0.0 if self._last_poll is None else time.monotonic() - self._last_poll

    @property
    def halted(self) -> str | None:
        """The sentence for readiness when too many messages of a partition were bad; the other partitions go on."""
        reasons = [f"{p.topic}/{p.number}: {lane.halted}" for p, lane in sorted(self._lanes.items()) if lane.halted]
        return "; ".join(reasons) or None

    @property
    def applied(self) -> int:
        """Records that this process has dealt with."""
        return self._applied

    @property
    def assigned(self) -> int:
        return len(self._consumer.assignment())

    def stop(self) -> None:
        """Ask for a clean end: in-flight slices finish, offsets are committed, the group is left."""
        self._stopping.set()

    async def run(self) -> None:
        metrics.last_poll_age.set_function(lambda: self.last_poll_age_s)
        await self._start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._commit_now_and_then(), name="offsets")
                watch = group.create_task(self._watch(), name="watchdog")
                await self._poll_until_stopped()
                watch.cancel()
                await self._drain(set(self._lanes))
        finally:
            for lane in self._lanes.values():
                if lane.task is not None:
                    lane.task.cancel()
            await self._consumer.stop()

    async def _start(self) -> None:
        attempt = 0
        while True:
            try:
                await self._consumer.start(self._processor.topics, self._on_revoked)
            except (BrokerUnavailable, TimeoutError) as error:
                attempt += 1
                if attempt >= 10:
                    raise
                log.warning("consumer_start_failed", error=str(error), attempt=attempt)
                await asyncio.sleep(0.3 * attempt)
            else:
                self._last_poll = time.monotonic()
                return

    async def _poll_until_stopped(self) -> None:
        batch = self._settings.consumer_batch
        while not self._stopping.is_set():
            # A lane that holds enough is left out; the client keeps its records, the others go on. So is one that has
            # halted. Whatever is left out, the client is asked: a member that does not poll leaves its group.
            halted = {partition for partition, lane in self._lanes.items() if lane.halted}
            full = {partition for partition, lane in self._lanes.items() if lane.is_full(batch)} - halted
            found = await self._consumer.poll(full | halted, 0.02 if full else 0.2, batch, busy=bool(full))
            self._last_poll = time.monotonic()
            for partition, records in found.items():
                lane = self._lanes.setdefault(partition, _Lane())
                if lane.halted:  # this poll was under way
                    continue
                lane.put(records)
                if lane.task is None:
                    lane.task = asyncio.create_task(self._work(partition, lane), name=f"lane {partition}")
            if self._failure is not None:
                raise self._failure

    async def _work(self, partition: Partition, lane: _Lane) -> None:
        """Apply one lane's records slice by slice until there are none."""
        try:
            while lane.queue and not lane.closed:
                slice_ = lane.take(self._settings.consumer_batch)
                await self._processor.apply(slice_, self._sleep)
                lane.done_to = slice_[-1].offset + 1
                self._applied += len(slice_)
        except TooManyDeadLetters as error:
            lane.halted = str(error)
            lane.forget()  # not committed: whoever starts here again gets it again
            log.critical("consumer_halted", topic=partition.topic, partition=partition.number, reason=str(error))
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            self._failure = error
            log.exception("lane_failed", topic=partition.topic, partition=partition.number)
        finally:
            lane.task = None

    async def _sleep(self, seconds: float) -> None:
        """A pause that a clean stop cuts short by abandoning the slice: nothing of it is committed."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
        raise asyncio.CancelledError

    async def _on_revoked(self, revoked: set[Partition]) -> None:
        """Before partitions leave: finish what is in flight, within a bound, and commit it."""
        await self._drain(revoked)
        for partition in revoked:
            self._lanes.pop(partition, None)

    async def _drain(self, partitions: set[Partition]) -> None:
        lanes = [self._lanes[p] for p in partitions if p in self._lanes]
        tasks = []
        for lane in lanes:
            lane.closed = True
            lane.forget()
            if lane.task is not None:
                tasks.append(lane.task)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._settings.drain_timeout.total_seconds())
            for task in late:
                # Its transaction rolls back; whoever gets the partition receives the slice again.
                log.warning("drain_timed_out", task=task.get_name())
                task.cancel()
        await self._commit(partitions)

    async def _commit_now_and_then(self) -> None:
        for turn in itertools.count():
            if self._stopping.is_set():
                return
            await asyncio.sleep(_COMMIT_EVERY_S)
            await self._commit(set(self._lanes))
            if turn % _MEASURE_EVERY == 0:
                self._measure()

    def _measure(self) -> None:
        lag = self._consumer.lag()
        for partition, unfetched in lag.items():
            queued = len(lane.queue) if (lane := self._lanes.get(partition)) else 0
            metrics.consumer_lag.labels(partition.topic, str(partition.number)).set(unfetched + queued)
        # What another member has now is for that one to tell.
        for partition in self._measured - lag.keys():
            metrics.consumer_lag.remove(partition.topic, str(partition.number))
        self._measured = set(lag)
        metrics.consumer_partitions.set(self.assigned)
        metrics.consumer_halted.set(self.halted is not None)

    async def _commit(self, partitions: set[Partition]) -> None:
        offsets = {
            partition: lane.done_to
            for partition in partitions
            if (lane := self._lanes.get(partition)) and lane.done_to is not None and lane.done_to != lane.committed_to
        }
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except PartitionsLost as error:
            # Moved to another member: drop the rest of these lanes, the inbox removes what comes twice.
            log.warning("partitions_lost", error=str(error))
            for partition in offsets:
                if partition not in self._consumer.assignment() and (lane := self._lanes.get(partition)):
                    lane.closed = True
                    lane.forget()
        except (BrokerUnavailable, TimeoutError) as error:
            log.warning("offset_commit_failed", error=str(error))
        else:
            for partition, offset in offsets.items():
                if lane := self._lanes.get(partition):
                    lane.committed_to = offset

    async def _watch(self) -> None:
        """Die when the broker has more for us, our lanes are empty, and nothing comes."""
        stalled, applied = 0, -1
        while not self._stopping.is_set():
            await asyncio.sleep(_WATCH_EVERY_S)
            if any(lane.queue or lane.task for lane in self._lanes.values()):
                stalled = 0
                continue
            try:
                gaps = await self._consumer.behind()
            except (BrokerUnavailable, TimeoutError) as error:
                log.warning("watchdog_blind", error=str(error))
                continue
            waiting = {
                partition: gap
                for partition, gap in gaps.items()
                if gap > 0 and not ((lane := self._lanes.get(partition)) and lane.halted)
            }
            stalled = stalled + 1 if waiting and self._applied == applied else 0
            applied = self._applied
            if stalled >= _STALLED_CHECKS:
                raise ConsumerStalled(f"nothing fetched while events wait: {waiting}")
