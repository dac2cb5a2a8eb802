"""Nothing lost, nothing silently skipped: what cannot be applied is parked, and an operator decides."""

from collections.abc import Sequence

import pytest
from filiere.database import AsyncSession, Database, Repository
from filiere.dead_letter import DeadLetter, DeadLetterRepository
from filiere.events import Headers
from filiere.kafka.halting import Tally, TooManyDeadLetters
from filiere.kafka.ports import Partition, Received, Record, Subscription
from filiere.kafka.processing import Processor
from filiere.kafka.replay import LetterNotFound, discard, replay
from filiere.settings import Settings
from filiere.testing.bank import BANK, Amount, healed
from filiere.testing.bank_events import TOPIC, AmountAdded
from filiere.testing.events import record_of
from filiere.testing.properties import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Entries


async def no_pause(_: float) -> None:
    """Tests do not wait for the back-off."""


@pytest.fixture
def processor(bank: Database, bank_settings: Settings) -> Processor:
    return Processor(bank, BANK.name, BANK.subscriptions, bank_settings)


async def letters(bank: Database, status: str | None = "open") -> list[DeadLetter]:
    async with bank.read() as session:
        return await DeadLetterRepository.from_session(session).listing(BANK.name, status=status)


def amounts(account: str, *numbers: int, trouble: str = "") -> list[Record]:
    return [record_of(AmountAdded(account=account, number=n, trouble=trouble), offset=n) for n in numbers]


async def test_a_poison_event_does_not_stop_its_neighbours(
    bank: Database, processor: Processor, entries: Entries
) -> None:
    await processor.apply([*amounts("a", 1), *amounts("bad", 2, trouble="invalid"), *amounts("b", 3)], no_pause)
    assert sorted(await entries()) == [("a", 1), ("b", 3)]
    (letter,) = await letters(bank)
    assert (letter.reason, letter.key, letter.offset) == ("invalid", "bad", 2)
    assert letter.detail == "this amount can never be added"


async def test_later_events_of_the_key_park_behind_the_bad_one(
    bank: Database, processor: Processor, entries: Entries
) -> None:
    await processor.apply([*amounts("a", 1, trouble="unforeseen"), *amounts("a", 2), *amounts("b", 3)], no_pause)
    await processor.apply(amounts("a", 4), no_pause)
    assert await entries() == [("b", 3)]
    assert [(letter.offset, letter.reason) for letter in await letters(bank)] == [
        (1, "handler_error"),
        (2, "behind"),
        (4, "behind"),
    ]


async def test_a_replay_applies_the_whole_key_in_order_and_frees_it(
    bank: Database, processor: Processor, entries: Entries
) -> None:
    await processor.apply([*amounts("a", 1, trouble="bug"), *amounts("a", 2, 3)], no_pause)
    first = (await letters(bank))[0]
    failed = await replay(bank, processor, first.id)
    assert (failed.applied, failed.stopped_at) == (0, first.id)
    assert (await letters(bank))[0].attempts == 2
    healed.add("bug")
    assert (await replay(bank, processor, first.id)).applied == 3
    await processor.apply(amounts("a", 4), no_pause)
    assert await entries() == [("a", n) for n in (1, 2, 3, 4)]
    assert await letters(bank) == []
    with pytest.raises(LetterNotFound):
        await replay(bank, processor, first.id)


async def test_a_discarded_letter_lets_those_behind_it_be_replayed(
    bank: Database, processor: Processor, entries: Entries
) -> None:
    await processor.apply([*amounts("a", 1, trouble="invalid"), *amounts("a", 2, 3)], no_pause)
    first = (await letters(bank))[0]
    assert await discard(bank, first.id) == 2
    behind = (await letters(bank))[0]
    assert (await replay(bank, processor, behind.id)).applied == 2
    assert await entries() == [("a", 2), ("a", 3)]
    assert [letter.status for letter in await letters(bank, None)] == ["discarded", "replayed", "replayed"]


async def test_an_event_that_asks_to_come_later_is_parked_when_it_asked_too_often(
    bank: Database, processor: Processor
) -> None:
    await processor.apply(amounts("a", 1, trouble="later"), no_pause)
    assert [letter.reason for letter in await letters(bank)] == ["exhausted"]


async def test_an_event_that_asks_to_come_later_is_applied_when_its_time_comes(
    bank: Database, processor: Processor, entries: Entries
) -> None:
    async def meanwhile(_: float) -> None:
        healed.add("later")

    await processor.apply(amounts("a", 1, trouble="later"), meanwhile)
    assert await entries() == [("a", 1)]
    assert await letters(bank) == []


SOUND = record_of(AmountAdded(account="a", number=1)).headers


@pytest.mark.parametrize(
    ("headers", "value", "reason"),
    [
        ([], b"{}", "missing ce_specversion"),
        (SOUND, b"\xff\x00not json", "JSON"),
        (SOUND, b'{"account": 3}', "number"),
    ],
)
async def test_what_cannot_be_read_is_kept_as_it_came(
    bank: Database, processor: Processor, headers: Headers, value: bytes, reason: str
) -> None:
    broken = Record(Partition(TOPIC, 0), 7, b"a", value, headers)
    for _ in range(2):  # delivered twice, parked once
        await processor.apply([broken], no_pause)
    (letter,) = await letters(bank)
    assert letter.reason == "undecodable"
    assert letter.payload == broken.value
    assert reason in letter.detail


async def test_an_event_of_a_type_nobody_reads_leaves_no_trace(bank: Database, processor: Processor) -> None:
    record = record_of(AmountAdded(account="a", number=1))
    headers = [(name, b"org.filiere.bank.other.v1" if name == "ce_type" else value) for name, value in record.headers]
    await processor.apply([Record(record.partition, 0, b"a", record.value, headers)], no_pause)
    assert await letters(bank) == []


async def test_too_many_bad_messages_in_a_row_stop_the_partition(bank: Database, processor: Processor) -> None:
    records = [record_of(AmountAdded(account=f"k{n}", number=n, trouble="bug"), offset=n) for n in range(10)]
    with pytest.raises(TooManyDeadLetters):
        await processor.apply(records, no_pause)
    assert len(await letters(bank)) == 5


async def test_what_parks_behind_a_bad_message_is_no_good_one(bank: Database, processor: Processor) -> None:
    """A bad release meets two events of each device: the second one is never tried."""
    with pytest.raises(TooManyDeadLetters):
        for n in range(40):
            await processor.apply([*amounts(f"k{n}", n, trouble="bug"), *amounts(f"k{n}", n)], no_pause)
    assert len([letter for letter in await letters(bank) if letter.reason != "behind"]) == 5


async def test_what_comes_twice_is_no_good_one(processor: Processor) -> None:
    known = amounts("known", 1)
    await processor.apply(known, no_pause)
    with pytest.raises(TooManyDeadLetters):
        for n in range(40):
            await processor.apply([*known, *amounts(f"k{n}", n, trouble="bug")], no_pause)


async def test_partitions_are_counted_apart(processor: Processor) -> None:
    def bad(n: int) -> Record:
        event = AmountAdded(account=f"k{n}", number=n, trouble="bug")
        return record_of(event, offset=n, partition=n % 2)

    for n in range(8):
        await processor.apply([bad(n)], no_pause)
    with pytest.raises(TooManyDeadLetters):
        await processor.apply([bad(8)], no_pause)


async def test_too_large_a_share_of_bad_messages_stops_the_partition_too(
    bank: Database, bank_settings: Settings
) -> None:
    settings = bank_settings.model_copy(update={"dead_letter_ratio": 0.4, "dead_letter_window": 10})
    processor = Processor(bank, BANK.name, BANK.subscriptions, settings)
    with pytest.raises(TooManyDeadLetters, match="5 of the last 10"):
        for n in range(40):
            await processor.apply([*amounts(f"k{n}", n, trouble="bug"), *amounts("good", n)], no_pause)


async def test_a_halted_partition_begins_anew_where_it_stood(bank: Database, bank_settings: Settings) -> None:
    """After a restart the same letters come again: they are not counted a second time."""
    records = [Record(Partition(TOPIC, 0), n, b"k%d" % n, b"junk", []) for n in range(8)]
    for started in (5, 8):
        processor = Processor(bank, BANK.name, BANK.subscriptions, bank_settings)
        if started == 5:
            with pytest.raises(TooManyDeadLetters):
                await processor.apply(records, no_pause)
        else:
            await processor.apply(records, no_pause)
        assert len(await letters(bank)) == started


@given(
    st.lists(st.integers(0, 3), max_size=60),
    st.integers(1, 6),
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    st.integers(1, 12),
)
def test_a_tally_stops_exactly_by_run_or_by_share(course: list[int], most: int, ratio: float, window: int) -> None:
    """0 is a bad message, any other number so many good ones."""
    tally, seen = Tally(most, ratio, window), [True] * 0
    for step in course:
        if step:
            tally.good(step)
            seen += [True] * step
            continue
        seen.append(False)
        last = seen[-window:]
        run = len(seen) >= most and not any(seen[-most:])
        share = len(last) == window and last.count(False) > ratio * window
        assert (tally.bad() is not None) == (run or share)


@pytest.mark.parametrize(
    "statement",
    ["SELECT $1::text", "SELECT pg_sleep(1)"],
    ids=["called with too many arguments", "always takes too long"],
)
async def test_a_handler_that_always_fails_is_parked_however_its_failure_looks(
    bank: Database, bank_settings: Settings, statement: str
) -> None:
    """To the driver both look like a broken connection: waiting for it would never end."""

    class Odd(Repository):
        async def run(self) -> None:
            driver = await self.driver()
            if "sleep" in statement:
                await driver.execute(statement, timeout=0.05)
            else:
                await driver.execute(statement, "one", "two")

    async def handler(session: AsyncSession, _: Sequence[Received[Amount]]) -> None:
        await Odd.from_session(session).run()

    processor = Processor(bank, BANK.name, [Subscription(TOPIC, [Amount], handler)], bank_settings)
    await processor.apply(amounts("a", 1, 2), no_pause)
    assert [letter.reason for letter in await letters(bank)] == ["handler_error", "behind"]
    assert processor.waiting_for is None


async def test_a_duplicate_inside_one_slice_counts_once(processor: Processor, entries: Entries) -> None:
    (record,) = amounts("a", 1)
    await processor.apply([record, record, *amounts("a", 2), record], no_pause)
    assert await entries() == [("a", 1), ("a", 2)]


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 6), min_size=1, max_size=6), again=st.lists(st.booleans(), min_size=6, max_size=6))
async def test_any_slicing_and_any_redelivery_has_the_same_effect(
    processor: Processor, entries: Entries, cuts: list[int], again: list[bool]
) -> None:
    before = len(await entries())
    records = [record_of(AmountAdded(account=f"k{n % 3}", number=n), offset=n) for n in range(12)]
    position = 0
    for cut, repeat in zip(cuts, again, strict=False):
        slice_ = records[position : position + cut]
        for _ in range(2 if repeat else 1):
            if slice_:
                await processor.apply(slice_, no_pause)
        position += cut
    await processor.apply(records, no_pause)
    applied = (await entries())[before:]
    assert sorted(n for _, n in applied) == list(range(12))
    for k in range(3):
        assert [n for account, n in applied if account == f"k{k}"] == list(range(k, 12, 3))
