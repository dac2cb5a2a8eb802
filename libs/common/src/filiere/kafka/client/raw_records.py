"""Records as no service of ours sends them, byte for byte: what tests put into a real broker's log."""

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from filiere.kafka.client.connection import address
from filiere.settings import Settings


@dataclass(frozen=True, slots=True)
class Raw:
    """A record in bytes; header names are bytes too. `codec` as Kafka numbers them: gzip, snappy, lz4, zstd from 1."""

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[bytes, bytes | None]] = ()
    timestamp_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    codec: int = 0


class RawProducer:
    """Sends what it is given. The client offers no way to send a header whose name is no text; this one has one."""

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.kafka_topic_prefix
        self._producer = AIOKafkaProducer(**address(settings), acks="all")

    async def __aenter__(self) -> Self:
        try:
            await self._producer.start()
        except BaseException:
            await self._producer.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._producer.stop()

    async def partitions(self, topic: str) -> list[int]:
        return sorted(await self._producer.partitions_for(self._prefix + topic))

    async def send(self, topic: str, partition: int, records: Sequence[Raw]) -> int:
        """Store the records as one batch, compressed as the first one says; the offset of the first."""
        batch: Any = self._producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, records[0].codec, 0, -1, -1, -1, 1 << 24)
        for record in records:
            batch.append(
                timestamp=record.timestamp_ms,
                key=record.key,
                value=record.value,
                headers=[(_Name(name), value) for name, value in record.headers],
            )
        batch.close()
        stored = await self._producer.send_batch(batch, self._prefix + topic, partition=partition)
        return int((await stored).offset)


def batch_of(records: Sequence[Raw], base_offset: int = 0) -> bytes:
    """The batch as it lies in the log."""
    builder = _DefaultRecordBatchBuilderPy(2, records[0].codec, 0, -1, -1, -1, 1 << 24)
    for number, record in enumerate(records):
        headers = [(_Name(name), value) for name, value in record.headers]
        builder.append(number, record.timestamp_ms, record.key, record.value, headers)
    return struct.pack(">q", base_offset) + bytes(builder.build())[8:]  # the offset stands before the checksum


class _Name(str):
    """A header's name that encodes to the bytes it was made of."""

    __slots__ = ("raw",)
    raw: bytes

    def __new__(cls, raw: bytes) -> Self:
        made = super().__new__(cls, raw.decode(errors="replace"))
        made.raw = raw
        return made

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self.raw
