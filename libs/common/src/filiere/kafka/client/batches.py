"""Batches as they lie in the log, read so that no byte in them can stop the reader.

aiokafka decodes a header's name as UTF-8 and raises inside its fetcher when it cannot, for ever at the same offset; the
same for a batch whose compression it cannot undo. Kafka carries both. `install()` puts `Batches` in the place of the
fetcher's own reader: what the fast parser cannot read is read again here, record by record. A name that is not UTF-8
comes as `surrogateescape` gives it, so its bytes can be had back; a record, or a whole batch, whose structure cannot be
read comes as one record without key and headers, its bytes as the value: it will be parked, not lost and not skipped.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import cramjam
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy
from aiokafka.record.legacy_records import LegacyRecordBatch
from aiokafka.record.memory_records import _MemoryRecordsPy

from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

MAX_BATCH_BYTES = 32 * 1024 * 1024  # a compressed batch may grow to so much; a broker takes 1 MiB of it at most

_HEADER = _DefaultRecordBatchPy.HEADER_STRUCT
_GZIP, _SNAPPY, _LZ4, _ZSTD = 1, 2, 3, 4
_XERIAL = b"\x82SNAPPY\x00"
_XERIAL_HEADER = 16


class Unpacked(NamedTuple):
    """One record, in the form of aiokafka's own."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    checksum: None = None


class Batches(_MemoryRecordsPy):  # type: ignore[misc]  # declared final, for speed only
    """aiokafka's reader of a fetch response, with batches that can always be iterated."""

    def next_batch(self, *_: Any) -> "Batch | None":
        raw = self._next_slice
        if raw is None:
            return None
        self._cache_next()
        return Batch(bytes(raw))


class Batch:
    """One batch. Iterating never raises."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._fast: Any = None
        self.base_offset = struct.unpack_from(">q", raw)[0] if len(raw) >= 8 else 0
        self.next_offset = self.base_offset + 1
        self.producer_id: int | None = None
        self.is_control_batch = self.is_transactional = False
        try:
            self._open()
        except Exception as error:  # noqa: BLE001 - whatever the bytes made the parser raise
            self._fast = None
            log.error("batch_unreadable", offset=self.base_offset, error=type(error).__name__)

    def _open(self) -> None:
        magic = self._raw[16]
        if magic < 2:
            self._fast = LegacyRecordBatch(self._raw, magic)
            self.next_offset = self._fast.next_offset
            return
        fast = DefaultRecordBatch(self._raw)
        self.next_offset = max(fast.next_offset, self.base_offset + 1)
        if not fast.validate_crc():
            raise ValueError("checksum")  # nothing it says of itself can be believed
        self.producer_id, self.is_control_batch = fast.producer_id, fast.is_control_batch
        self.is_transactional = fast.is_transactional
        self._fast = fast

    def validate_crc(self) -> bool:
        """Judged at the opening already: what fails is one unreadable record."""
        return True

    def __iter__(self) -> Iterator[Any]:
        if self._fast is None:
            return iter([self._whole()])
        legacy = isinstance(self._fast, LegacyRecordBatch)
        try:
            if legacy or self._fast.compression_type == 0:  # the fast parser's own unpacking knows no bound
                return iter(list(self._fast))
        except Exception as error:  # noqa: BLE001 - whatever the bytes made the parser raise
            log.warning("batch_read_slowly", offset=self.base_offset, error=type(error).__name__)
        return iter([self._whole()]) if legacy else self._slowly()

    def _slowly(self) -> Iterator[Unpacked]:
        try:
            header, body = _HEADER.unpack_from(self._raw), self._body()
        except Exception as error:  # noqa: BLE001
            log.error("batch_unreadable", offset=self.base_offset, error=type(error).__name__)
            yield self._whole()
            return
        position, offset = 0, self.base_offset - 1
        while position < len(body) and offset < self.next_offset - 1:
            record, position = _record(body, position, header, offset + 1)
            offset = record.offset
            yield record

    def _body(self) -> bytes:
        packed = self._raw[_HEADER.size :]
        codec = self._fast.compression_type
        return packed if codec == 0 else _UNPACK[codec](packed)

    def _whole(self) -> Unpacked:
        """The batch as one record, at its last offset: a fetch that began in the middle must still see it."""
        return Unpacked(self.next_offset - 1, 0, 0, None, self._raw, [])


def _record(body: bytes, start: int, batch: tuple[int, ...], expected: int) -> tuple[Unpacked, int]:
    """The record that begins at `start`, and where the next one does; unreadable ones take the expected offset."""
    try:
        length, begin = _varint(body, start)
        end = begin + length
        if length < 0 or end > len(body):
            raise ValueError("length")
    except (ValueError, IndexError):
        return Unpacked(expected, 0, 0, None, body[start:], []), len(body)
    try:
        return _fields(body[begin:end], batch, expected), end
    except (ValueError, IndexError):
        return Unpacked(expected, 0, 0, None, body[begin:end], []), end


def _fields(data: bytes, batch: tuple[int, ...], expected: int) -> Unpacked:
    base, attributes, first, newest = batch[0], batch[5], batch[7], batch[8]
    appended = bool(attributes & _DefaultRecordBatchPy.TIMESTAMP_TYPE_MASK)
    delta, at = _varint(data, 1)  # the first byte holds attributes that nobody uses yet
    offset, at = _varint(data, at)
    if base + offset < expected:
        raise ValueError("offset")
    key, at = _bytes(data, at)
    value, at = _bytes(data, at)
    count, at = _varint(data, at)
    headers: list[tuple[str, bytes | None]] = []
    while len(headers) < count:
        name, at = _bytes(data, at)
        held, at = _bytes(data, at)
        headers.append(((name or b"").decode(errors="surrogateescape"), held))
    if at != len(data):
        raise ValueError("size")
    return Unpacked(base + offset, newest if appended else first + delta, int(appended), key, value, headers)


def _bytes(data: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = _varint(data, at)
    if length < 0:
        return None, at
    if at + length > len(data):
        raise ValueError("length")
    return data[at : at + length], at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A zigzag number of at most 64 bits, and where the next field begins."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at
        shift += 7
        if shift > 63:
            raise ValueError("number")


def _gzip(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)
    unpacked = unpacker.decompress(packed, MAX_BATCH_BYTES)
    if unpacker.unconsumed_tail:
        raise ValueError("unpacked size")
    return unpacked


def _snappy(packed: bytes) -> bytes:
    """Plain, or in the blocks of the Java client."""
    if not packed.startswith(_XERIAL):
        return _snappy_block(packed, MAX_BATCH_BYTES)
    unpacked, at = bytearray(), _XERIAL_HEADER
    while at < len(packed):
        (length,) = struct.unpack_from(">i", packed, at)
        if length < 0:
            raise ValueError("length")
        unpacked += _snappy_block(packed[at + 4 : at + 4 + length], MAX_BATCH_BYTES - len(unpacked))
        at += 4 + length
    return bytes(unpacked)


def _snappy_block(packed: bytes, most: int) -> bytes:
    if cramjam.snappy.decompress_raw_len(packed) > most:
        raise ValueError("unpacked size")
    return bytes(cramjam.snappy.decompress_raw(packed))


def _bounded(decompress_into: Callable[[bytes, bytearray], int]) -> Callable[[bytes], bytes]:
    """It takes the room it gets: first what is likely, then all there may be."""

    def unpack(packed: bytes) -> bytes:
        for size in (min(64 * len(packed), MAX_BATCH_BYTES), MAX_BATCH_BYTES):
            room = bytearray(size)
            try:
                return bytes(memoryview(room)[: decompress_into(packed, room)])
            except cramjam.DecompressionError:
                if size == MAX_BATCH_BYTES:
                    raise
        raise AssertionError("unreachable")

    return unpack


_UNPACK: dict[int, Callable[[bytes], bytes]] = {
    _GZIP: _gzip,
    _SNAPPY: _snappy,
    _LZ4: _bounded(cramjam.lz4.decompress_into),
    _ZSTD: _bounded(cramjam.zstd.decompress_into),
}


def install() -> None:
    """Let every consumer of this process read by `Batches`; the client offers no other place to say so."""
    fetcher.MemoryRecords = Batches
