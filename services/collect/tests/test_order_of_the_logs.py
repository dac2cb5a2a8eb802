"""The order of each log decides what a donor sees: no clock, no slicing, no second delivery."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

from collect.devices.projection.incoming import PROMISE_EVENTS, WORK_EVENTS
from collect.devices.stage import STAGE_SQL, derive
from filiere.database import Database
from filiere.inbox import InboxRepository
from filiere.testing.drawing import drawn
from filiere.testing.events import deliver, incoming
from filiere.testing.properties import examples
from filiere.testing.sql import rows, value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .chain import Chain, laptop
from .told_stories import STAGES, START, STORY, devices_of, told


async def test_any_interleaving_of_topics_and_any_slicing_ends_in_the_same_row(chain: Chain) -> None:
    """One device per interleaving, all of them in the same few slices: what is compared are the rows, whole."""
    count = 60
    donation, _ = await chain.sent({"category": "laptop", "quantity": count})
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]

    topics = [topic for topic, _, _ in STORY]
    interleaved = [
        _interleaved(order) for order in drawn(st.lists(st.permutations(topics), min_size=count, max_size=count))
    ]
    events = [
        told(device, order[turn]) for turn in range(len(STORY)) for device, order in zip(ids, interleaved, strict=True)
    ]
    for start in range(0, len(events), 97):
        await deliver(chain.database, chain.service, events[start : start + 97])
    rows = await devices_of(chain, donation["id"])
    assert {row["stage"] for row in rows} == {"handed_over"}
    told_facts = {(row["grade"], row["territory"], row["how"], row["erased_at"], str(row["erasures"])) for row in rows}
    assert len(told_facts) == 1


def _interleaved(topics: list[str]) -> list[int]:
    """Steps of the story: each topic's own in its order, the topics as drawn."""
    waiting = {topic: [n for n, step in enumerate(STORY) if step[0] == topic] for topic in set(topics)}
    return [waiting[topic].pop(0) for topic in topics]


async def test_no_clock_however_wrong_changes_what_the_donor_sees(chain: Chain) -> None:
    """Every event of every device from a machine whose clock is days fast or slow; the log's order is the story's."""
    count = 60
    donation, _ = await chain.sent({"category": "laptop", "quantity": count})
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]

    hours_fast = st.lists(st.integers(-72, 72), min_size=1, max_size=len(STORY))
    clocks = drawn(st.lists(hours_fast, min_size=count, max_size=count))
    for step in range(len(STORY)):
        await deliver(
            chain.database,
            chain.service,
            [
                told(device, step, hours_fast=clock[step])
                for device, clock in zip(ids, clocks, strict=True)
                if step < len(clock)
            ],
        )
    stages = {device["id"]: device["stage"] for device in await devices_of(chain, donation["id"])}
    assert [stages[device] for device in ids] == [[*STAGES, "handed_over"][len(clock) - 1] for clock in clocks]


async def test_an_event_that_comes_twice_moves_nothing_back(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    events = [told(device, step) for step in range(9)]
    await deliver(chain.database, chain.service, events)
    await deliver(chain.database, chain.service, [events[0], events[5], events[6], events[7], events[2]])
    assert (await chain.get(f"/devices/{device}"))["stage"] == "shipped"


async def test_events_forgotten_here_and_sent_again_repair_what_a_clock_had_frozen(chain: Chain) -> None:
    """As a release left it that compared clocks: the last events were dropped, and nothing more will come."""
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    events = [told(device, step) for step in range(len(STORY))]
    await deliver(chain.database, chain.service, events)
    await rows(chain.database, "UPDATE device SET promise = 'reserved', work = 'arrived', grade = NULL")
    await deliver(chain.database, chain.service, events)
    assert (await chain.get(f"/devices/{device}"))["stage"] == "reserved"
    async with chain.database.unit_of_work() as session:
        assert await InboxRepository.from_session(session).forget("collect", START) >= len(events)
    await deliver(chain.database, chain.service, events)
    now = await chain.get(f"/devices/{device}")
    assert (now["stage"], now["grade"]) == ("handed_over", "B")


async def test_a_second_count_of_a_lot_replaces_the_first(chain: Chain) -> None:
    donation, lot = await chain.sent({"category": "laptop", "quantity": 2})
    first, second = [device["id"] for device in await devices_of(chain, donation["id"])]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[first, second])
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[second])
    stages = [device["stage"] for device in await devices_of(chain, donation["id"])]
    assert stages == ["in_transit", "missing"]


@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 4), st.lists(st.integers(1, 3), min_size=1, max_size=8), st.booleans())
async def test_a_count_in_any_number_of_chunks_and_slices_is_the_count(
    chain: Chain, size: int, cuts: list[int], clock_back: bool
) -> None:
    donation, lot = await chain.sent({"category": "laptop", "quantity": 8})
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]

    def count(missing: list[str], at: datetime) -> list[Any]:
        parts = [missing[start : start + size] for start in range(0, len(missing), size)] or [[]]
        data = {"lot_id": lot, "occurred_at": at.isoformat(), "chunks": len(parts)}
        type_ = "org.filiere.refurbish.lot-reconciled.v1"
        return [
            incoming("refurbish.lots", type_, lot, data | {"missing": part, "surplus": [f"FIL-{n}"], "chunk": n + 1})
            for n, part in enumerate(parts)
        ]

    second = count(ids[2:], START - timedelta(hours=5) if clock_back else START + timedelta(hours=5))
    events = [*count(ids[:5], START), *second]
    start = 0
    for cut in [*cuts, len(events)]:
        if slice_ := events[start : start + cut]:
            await deliver(chain.database, chain.service, slice_)
            await deliver(chain.database, chain.service, slice_)
        start += cut
    stages = [device["stage"] for device in await devices_of(chain, donation["id"])]
    assert stages == ["in_transit"] * 2 + ["missing"] * 6
    counted = await chain.get(f"/lots/{lot}")
    assert (counted["status"], counted["missing"], counted["surplus"]) == ("reconciled", 6, len(second))


async def test_devices_nobody_here_knows_are_passed_over(chain: Chain) -> None:
    stranger = str(uuid4())
    await deliver(chain.database, chain.service, [told(stranger, step) for step in range(len(STORY))])
    await chain.hear("refurbish.lots", "lot-reconciled", stranger, lot_id=stranger, missing=[stranger])
    assert (await chain.get("/donations"))["total"] == 0


async def test_the_database_and_the_rule_in_python_derive_the_same_stage(database: Database) -> None:
    works = [None, *(str(event.stage) for event in WORK_EVENTS if event.stage is not None)]
    promises = [None, *(str(event.promise) for event in PROMISE_EVENTS)]
    cases = list(product(("accepted", "collected", "in_transit", "missing"), (True, False), works, promises))
    for custody, missing, work, promise in cases:
        values = {"custody": custody, "lot_missing_at": missing or None, "work": work, "promise": promise}
        row = "SELECT " + ", ".join(
            f"{'NULL' if v is None else repr(str(v))}::text AS {name}" for name, v in values.items()
        )
        found = await value(database, f"SELECT {STAGE_SQL} FROM ({row}) x")
        assert found == derive(custody, missing, work, promise), values
