"""What the rest of Filière knows of Kafka: records, topics, subscriptions, and what a client must do."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, Protocol, TypeVar
from uuid import UUID

from filiere.database import AsyncSession
from filiere.events import Headers, Incoming
from filiere.events.printable import shown_key

E = TypeVar("E", bound=Incoming)


class Partition(NamedTuple):
    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """A message as it came from the broker, byte for byte; `key` is what may be shown and compared of it."""

    partition: Partition
    offset: int
    raw_key: bytes | None
    value: bytes | None
    headers: Headers
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", shown_key(self.raw_key))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and who owns it. Retention None keeps for ever (compacted topics keep the newest per key)."""

    name: str
    key: str
    description: str
    partitions: int = 6
    retention: timedelta | None = timedelta(days=30)
    compacted: bool = False


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as the broker has it. A setting is its value and whether it was said for this very topic."""

    partitions: int
    replication: int
    settings: Mapping[str, tuple[str, bool]]


class Received(NamedTuple, Generic[E]):
    """An event as a handler gets it."""

    event: E
    id: UUID
    type: str
    key: str
    time: datetime


class Invalid(Exception):
    """The event can never be applied: it is parked as a dead letter, with this sentence."""


class RetryLater(Exception):
    """The event cannot be applied yet: try again after a pause, a bounded number of times."""


Handler = Callable[[AsyncSession, Sequence[Received[Any]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Subscription:
    """A handler of one topic. It gets consecutive events of one partition, in order, without duplicates.

    It must work on the whole sequence with set-based SQL, inside the session's transaction, and must not commit.
    """

    topic: str
    models: Sequence[type[Incoming]]
    handler: Handler
    by_type: Mapping[str, type[Incoming]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_type", {model.event_type: model for model in self.models})


class BrokerUnavailable(Exception):
    """The broker did not answer in time or refused everything: all sending waits."""

    says_no_data = True


class TopicRefused(Exception):
    """The broker refuses to create or change a topic, in its own words."""


class RecordRefused(Exception):
    """The broker refuses this one record; others may pass."""

    says_no_data = True


class PartitionsLost(Exception):
    """A commit came too late: the partitions have moved to another member."""

    says_no_data = True


class Producer(Protocol):
    async def start(self) -> None:
        """Connect; raise BrokerUnavailable within the client's timeout."""

    async def send(self, records: Sequence[Outgoing]) -> Sequence[Exception | None]:
        """Send in order per key and wait for the broker's word on each record, in the given order.

        None means stored. Must return within the client's timeout; must not hold records back for later.
        """

    async def stop(self) -> None:
        """Let go of the broker, within the client's timeout, whatever state it is in."""


OnRevoked = Callable[[set[Partition]], Awaitable[None]]


class Consumer(Protocol):
    async def start(self, topics: Sequence[str], on_revoked: OnRevoked) -> None:
        """Join; `on_revoked` is awaited before partitions leave and must itself be bounded."""

    async def poll(
        self, skip: set[Partition], timeout_s: float, max_records: int, *, busy: bool = False
    ) -> Mapping[Partition, Sequence[Record]]:
        """Next records of the assigned partitions but `skip`; empty when none came in time.

        `busy`: some of `skip` will be wanted again at once, so that what the client holds of it must not be forgotten.
        """

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Store next offsets; raises PartitionsLost or BrokerUnavailable."""

    def assignment(self) -> set[Partition]:
        """Partitions held now."""

    def lag(self) -> Mapping[Partition, int]:
        """Records known to wait, from fetched high-water marks."""

    async def behind(self) -> Mapping[Partition, int]:
        """Ask the broker how far each partition's end is beyond our position; negative after a broker lost its log."""

    async def stop(self) -> None:
        """Leave, within the client's timeout."""
