"""Records as no service of ours sends them, byte for byte, to a real broker."""

import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from filiere.calendar import now
from filiere.events import Envelope
from filiere.identifiers import uuid7
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


MARK = b"poison"
"""Header of every poisoned record: whoever reads the log knows it by that, and by its value."""


def poisons(mark: str, type_: str, *, compacted: bool = False) -> list[Raw]:
    """Each kind of record that has killed a consumer, or might: none can be applied by anybody who reads `type_`.

    `mark` goes into a header of its own. A compacted topic takes no record without a key.
    """
    marked = (MARK, mark.encode())

    def sound() -> list[tuple[bytes, bytes | None]]:
        envelope = Envelope(uuid7(), "/poison", type_, now(), "poison")
        return [(name.encode(), value) for name, value in envelope.to_headers()]

    def without(name: bytes, *instead: tuple[bytes, bytes | None]) -> list[tuple[bytes, bytes | None]]:
        return [pair for pair in sound() if pair[0] != name] + list(instead)

    key = f"poison-{mark}".encode()
    bare: list[tuple[bytes | None, bytes | None, list[tuple[bytes, bytes | None]]]] = [
        (key, b"{}", [(b"x", b"\x00")]),
        (key, b"{}", [(b"x", None)]),
        (key + b"\x00", b"{}", sound()),
        (key + b"\xff\xfe", b"{}", sound()),
        (key * 200, b"{}", sound()),
        (key, b"{}", [(b"\xff\x00\xfe", b"\xff"), *sound()]),
        (key, None, sound()),
        (key, b"junk \x00\xff", []),
        (key, b"[" * 100_000, sound()),
        (key, b'{"occurred_at": "\\ud800"}', sound()),
        (key, b'{"occurred_at": 1e999999}', sound()),
        (key, b"9" * 100_000, sound()),
        (key, b"\x00" * 400_000, sound()),
        (key, b"{}", without(b"ce_id", (b"ce_id", b"\x00"))),
        (key, b"{}", without(b"ce_id", (b"ce_id", None))),
        (key, b"{}", [*sound(), (b"ce_id", b"nobody")]),
        (key, b"{}", without(b"ce_type", (b"ce_type", b"\xed\xa0\x80"))),
        (key, b"{}", without(b"ce_time", (b"ce_time", b"0000-00-00T00:00:00Z"))),
        (key, b"{}", without(b"ce_specversion", (b"ce_specversion", b"1.0\x00"))),
        (key, b"{}", [*sound(), (b"ce_correlationid", b"c" * 100_000)]),
    ]
    if not compacted:
        bare.append((None, b"{}", sound()))
    return [Raw(key, value, [*headers, marked], codec=number % 5) for number, (key, value, headers) in enumerate(bare)]
