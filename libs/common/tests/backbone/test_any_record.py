"""Whatever bytes a record has: it ends applied or parked, the bytes are kept, and its neighbours are applied."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from filiere.calendar import now
from filiere.database import Database
from filiere.dead_letter import DeadLetter, DeadLetterRepository
from filiere.events import Envelope
from filiere.events.printable import shown_key, shown_text
from filiere.identifiers import uuid7
from filiere.kafka.client import KafkaConsumer, ensure_topics
from filiere.kafka.client.batches import MAX_BATCH_BYTES, Batch, Batches
from filiere.kafka.client.raw_records import Raw, RawProducer, batch_of
from filiere.kafka.ports import Partition, Record
from filiere.kafka.processing import Processor
from filiere.kafka.replay import replay
from filiere.kafka.runtime import ConsumerRuntime
from filiere.settings import Settings
from filiere.testing.bank import BANK, healed
from filiere.testing.bank_events import TOPIC, AmountAdded
from filiere.testing.drawing import drawn
from filiere.testing.properties import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from .conftest import Entries

Pairs = list[tuple[bytes, bytes | None]]


def good(account: str, number: int, trouble: str = "") -> Raw:
    event = AmountAdded(account=account, number=number, trouble=trouble)
    headers = Envelope(uuid7(), "/test", event.type, now(), event.key).to_headers()
    return Raw(event.key.encode(), event.to_json().encode(), [(name.encode(), value) for name, value in headers])


SOUND: Pairs = list(good("a", 1).headers)
nasty_bytes = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=20).map(lambda text: text.encode(errors="surrogatepass")),
    st.sampled_from([b"", b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", b"k" * 5000, b"%s", b"\r\n"]),
)
nasty_headers = st.lists(
    st.tuples(
        st.one_of(nasty_bytes, st.sampled_from([name for name, _ in SOUND] + [b"traceparent", b"ce_correlationid"])),
        st.none() | nasty_bytes,
    ),
    max_size=5,
)
nasty_values = st.one_of(
    st.none(),
    nasty_bytes,
    st.fixed_dictionaries(
        {
            "account": st.text(max_size=10) | st.sampled_from(["\x00", "x\x00y", "z" * 3000]),
            "number": st.integers() | st.sampled_from([2**31, -(2**63), 10**400]) | st.floats(),
            "amount": st.integers(-5, 5) | st.sampled_from([2**31, 2**63]) | st.text(max_size=3),
            "trouble": st.sampled_from(["", "\x00", "unforeseen", "invalid"]),
            "occurred_at": st.sampled_from(
                ["2026-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "x", "1e400"]
            ),
        }
    ).map(lambda data: json.dumps(data).encode()),
    st.sampled_from([b"[" * 100_000, b'{"account": "\\ud800"}', b"NaN", b'{"a":1,"a":2}', b'{"number": 1e999999}']),
)
records = st.builds(
    lambda key, value, extra, sound, stamp: Raw(key, value, [*(good("a", 1).headers if sound else []), *extra], stamp),
    st.none() | nasty_bytes,
    nasty_values,
    nasty_headers,
    st.booleans(),
    st.sampled_from([0, 1_700_000_000_000, 253_402_300_800_000]),
)


@pytest.mark.slow
def test_names_that_are_no_text_do_not_stop_the_reader() -> None:
    raw = batch_of([Raw(b"k", b"1"), Raw(b"k", None, [(b"\xff\x00", b"\x00"), (b"n", None)]), Raw(None, b"3")], 70)
    first, second, third = [record for batch in _batches(raw) for record in batch]
    assert [first.offset, second.offset, third.offset] == [70, 71, 72]
    assert second.headers[0][0].encode(errors="surrogateescape") == b"\xff\x00"
    assert second.headers[1] == ("n", None)
    assert (second.value, third.key, third.value) == (None, None, b"3")


@given(
    before=st.lists(records, min_size=1, max_size=4),
    codec=st.integers(0, 4),
    cuts=st.lists(st.tuples(st.integers(0), st.integers(0, 255)), max_size=3),
)
def test_no_batch_stops_the_reader_and_none_is_skipped(
    before: list[Raw], codec: int, cuts: list[tuple[int, int]]
) -> None:
    batch = [Raw(r.key, r.value, r.headers, r.timestamp_ms, codec) for r in before]
    found = [record for each in _batches(batch_of(batch)) for record in each]
    assert [(r.key, r.value) for r in found] == [(r.key, r.value) for r in batch]
    names = [[(name.encode(errors="surrogateescape"), value) for name, value in r.headers] for r in found]
    assert names == [list(r.headers) for r in batch]
    # The same bytes, damaged: whatever is read of them, something is, and its end is the batch's.
    raw = bytearray(batch_of(batch))
    for place, byte in cuts:
        raw[61 + place % (len(raw) - 61)] = byte
    for each in _batches(bytes(raw)):
        read = list(each)
        assert read
        assert all(record.offset < each.next_offset for record in read)


@pytest.mark.parametrize("codec", [1, 2, 3, 4])
def test_a_batch_that_unpacks_to_very_much_is_kept_packed(codec: int) -> None:
    raw = batch_of([Raw(b"k", b"x" * (MAX_BATCH_BYTES + 1), codec=codec)])
    (record,) = [record for batch in _batches(raw) for record in batch]
    assert record.value == raw
    assert record.key is None


def _batches(raw: bytes) -> list[Batch]:
    reader = Batches(raw)
    found = []
    while reader.has_next():
        batch = reader.next_batch()
        assert batch is not None
        found.append(batch)
    return found


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bad=records)
@example(bad=Raw(b"\x00", b"{}", [*SOUND, (b"x", b"\x00")]))
@example(bad=Raw(b"k" * 100_000, b"{}", [(b"ce_type", b"\x00")]))
async def test_any_record_is_applied_or_parked_as_it_came(bank: Database, bank_settings: Settings, bad: Raw) -> None:
    processor = Processor(bank, BANK.name, BANK.subscriptions, _patient(bank_settings))
    mark = uuid7().int % 2**62
    record = _record(bad, mark)
    for _ in range(2):
        await processor.apply([_record(good("g", 1), 1), record, _record(good("g", 2), 2)], _no_pause)
    found = [letter for letter in await _letters(bank) if letter.offset == mark]
    assert len(found) <= 1
    for letter in found:
        assert (letter.raw_key, letter.payload) == (bad.key, bad.value)
        kept = [(name.encode(errors="surrogateescape"), value) for name, value in letter.headers]
        assert kept == list(bad.headers)


async def test_a_letter_is_replayed_from_its_bytes(bank: Database, bank_settings: Settings, entries: Entries) -> None:
    processor = Processor(bank, BANK.name, BANK.subscriptions, _patient(bank_settings))
    sound = good("a", 7, trouble="bug")
    odd = Raw(b"\xff\x00", sound.value, [*sound.headers, (b"\xfe", b"\x00"), (b"n", None)])
    await processor.apply([_record(odd, 1)], _no_pause)
    (letter,) = await _letters(bank)
    healed.add("bug")
    assert (await replay(bank, processor, letter.id)).applied == 1
    assert await entries() == [("a", 7)]


def poison() -> list[Raw]:
    def sound() -> Pairs:
        return list(good("a", 1).headers)

    return [
        Raw(b"p1", b"{}", [(b"x", b"\x00")]),
        Raw(b"p2", b"{}", [(b"x", None)]),
        Raw(b"p3\x00", b"{}", sound()),
        Raw(b"\xff\xfe", b"{}", sound()),
        Raw(None, b"{}", sound()),
        Raw(b"p4", None, sound()),
        Raw(b"p5", b"{}", [(b"\xff\xfe", b"1"), *sound()]),
        Raw(b"p6", b"{}", [*sound(), (b"ce_id", b"\x00"), (b"ce_type", None)]),
        Raw(b"p7", b"\x00" * 500_000, sound()),
    ]


async def test_poison_in_the_log_stops_nobody(bank: Database, bank_settings: Settings, entries: Entries) -> None:
    await ensure_topics(bank_settings, BANK.topics)
    sent: list[Raw] = []
    numbers = iter(range(1000))
    async with RawProducer(bank_settings) as producer:
        for codec in range(5):
            for bad in poison():
                batch = [good("a", next(numbers)), bad, good("a", next(numbers))]
                await producer.send(TOPIC, 0, [Raw(r.key, r.value, r.headers, r.timestamp_ms, codec) for r in batch])
                sent.append(bad)
        async with _running(bank, bank_settings) as runtime, asyncio.timeout(60):
            while len(await entries()) < 2 * len(sent):
                await asyncio.sleep(0.1)
            assert runtime.halted is None
    assert [number for _, number in await entries()] == list(range(2 * len(sent)))
    parked = [(letter.raw_key, letter.payload) for letter in await _letters(bank)]
    assert parked == [(bad.key, bad.value) for bad in sent]


async def test_good_records_around_any_record_are_applied(
    bank: Database, bank_settings: Settings, entries: Entries
) -> None:
    # One group joined for many records; a failure names them all, to be tried one by one above.
    bad = drawn(st.lists(st.tuples(records, st.integers(0, 4)), min_size=80, max_size=80))
    await ensure_topics(bank_settings, BANK.topics)
    async with RawProducer(bank_settings) as producer:
        for number, (one, codec) in enumerate(bad):
            batch = [good("good", 2 * number), one, good("good", 2 * number + 1)]
            # Apache Kafka takes nothing from more than an hour ahead: no such record is in a log that it keeps.
            latest = int(time.time() * 1000)
            stamped = [Raw(r.key, r.value, r.headers, min(r.timestamp_ms, latest), codec) for r in batch]
            await producer.send(TOPIC, 1, stamped)

    async def arrived() -> list[int]:
        return [number for account, number in await entries() if account == "good"]

    async with _running(bank, bank_settings), asyncio.timeout(90):
        while len(await arrived()) < 2 * len(bad):
            await asyncio.sleep(0.2)
    assert await arrived() == list(range(2 * len(bad)))


@given(st.none() | st.binary())
def test_a_key_is_shown_as_text_that_every_store_takes(raw: bytes | None) -> None:
    text = shown_key(raw)
    assert "\x00" not in text
    assert len(text) <= 200
    text.encode()


@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_shown(text: str) -> None:
    assert "\x00" not in shown_text(text)
    shown_text(text).encode()


@asynccontextmanager
async def _running(bank: Database, settings: Settings) -> AsyncIterator[ConsumerRuntime]:
    patient = _patient(settings)
    processor = Processor(bank, BANK.name, BANK.subscriptions, patient)
    runtime = ConsumerRuntime(KafkaConsumer(patient, BANK.name), processor, patient)
    task = asyncio.create_task(runtime.run())
    try:
        yield runtime
        assert not task.done()
    finally:
        runtime.stop()
        await task


def _patient(settings: Settings) -> Settings:
    """Every record bad, and no halt: what halts a partition is proven elsewhere."""
    return settings.model_copy(update={"dead_letters_in_a_row": 100_000, "dead_letter_ratio": 1.0})


def _record(raw: Raw, offset: int) -> Record:
    headers = [(name.decode(errors="surrogateescape"), value) for name, value in raw.headers]
    return Record(Partition(TOPIC, 0), offset, raw.key, raw.value, headers)


async def _letters(bank: Database) -> list[DeadLetter]:
    async with bank.read() as session:
        return await DeadLetterRepository.from_session(session).listing(BANK.name, status=None, limit=10_000)


async def _no_pause(_: float) -> None:
    """Tests do not wait for the back-off."""
