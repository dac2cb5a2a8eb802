"""What comes back from the chain: every order of arrival ends in the same word, and donations end when devices do."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

from collect.outcomes.projection.events import PROMISE_EVENTS, WORK_EVENTS, PromiseEvent, WorkEvent
from collect.outcomes.projection.fold import fold_promises, fold_work
from collect.outcomes.stage import PROMISE_RANK, STAGE_SQL, WORK_RANK, derive
from filiere.database import Database
from filiere.testing.events import deliver, incoming
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .chain import Chain, laptop

START = datetime(2026, 11, 10, 8, tzinfo=UTC)
STORY: list[tuple[str, str, dict[str, Any]]] = [
    ("refurbish.devices", "device-arrived", {"category": "laptop"}),
    (
        "refurbish.devices",
        "device-erased",
        {"media": [{"serial": "S1", "kind": "ssd", "level": "purge", "method": "ATA", "tool": "nwipe"}]},
    ),
    ("refurbish.devices", "device-tested", {"passed": True, "failures": []}),
    ("refurbish.devices", "device-graded", {"grade": "B"}),
    ("refurbish.devices", "device-ready", {"grade": "B"}),
    ("distribute.devices", "device-reserved", {"territory": "62"}),
    ("distribute.devices", "device-released", {"territory": "62", "reason": "La commande est annulée."}),
    ("distribute.devices", "device-reserved", {"territory": "05"}),
    ("distribute.devices", "device-shipped", {"territory": "05"}),
    ("distribute.devices", "device-delivered", {"territory": "05"}),
    ("distribute.devices", "device-handed-over", {"territory": "05", "how": "sold"}),
]
STAGES = ["arrived", "erased", "tested", "graded", "ready", "reserved", "ready", "reserved", "shipped", "delivered"]


def told(device_id: str, step: int) -> Any:
    """The step-th event of a device's story, an hour after the one before."""
    topic, name, data = STORY[step]
    moment = {"occurred_at": (START + timedelta(hours=step)).isoformat(), "device_id": device_id}
    return incoming(topic, f"org.filiere.{topic.split('.')[0]}.{name}.v1", device_id, moment | data)


async def devices_of(chain: Chain, donation_id: str) -> list[dict[str, Any]]:
    return list((await chain.get(f"/donations/{donation_id}/devices?limit=500"))["items"])


async def test_a_device_follows_its_story_to_the_handover(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]
    seen = []
    for step in range(len(STORY)):
        await deliver(chain.database, chain.service, [told(device["id"], step)])
        seen.append((await chain.get(f"/devices/{device['id']}"))["stage"])
    assert seen == [*STAGES, "handed_over"]
    now = await chain.get(f"/devices/{device['id']}")
    assert now["status_fr"] == "Distribué"
    assert now["why"].replace("\u00a0", " ") == "vendu à prix solidaire dans le département : Hautes-Alpes"


async def test_any_interleaving_of_topics_and_any_slicing_ends_in_the_same_row(chain: Chain) -> None:
    """One device per shuffle, all of them in the same few slices: what is compared are the rows, whole."""
    count = 60
    donation, _ = await chain.sent({"category": "laptop", "quantity": count})
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]

    @settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def orders(data: st.DataObject) -> None:
        nonlocal events
        shuffles = [data.draw(st.permutations(range(len(STORY)))) for _ in ids]
        events = [
            told(device, order[turn]) for turn in range(len(STORY)) for device, order in zip(ids, shuffles, strict=True)
        ]

    events: list[Any] = []
    orders()
    for start in range(0, len(events), 97):
        await deliver(chain.database, chain.service, events[start : start + 97])
    rows = await devices_of(chain, donation["id"])
    assert {row["stage"] for row in rows} == {"handed_over"}
    told_facts = {(row["grade"], row["territory"], row["how"], row["erased_at"], str(row["erasures"])) for row in rows}
    assert len(told_facts) == 1


async def test_a_late_echo_of_an_earlier_event_moves_nothing_back(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    await deliver(chain.database, chain.service, [told(device, step) for step in (4, 8)])
    await deliver(chain.database, chain.service, [told(device, step) for step in (0, 5, 6, 7, 2)])
    assert (await chain.get(f"/devices/{device}"))["stage"] == "shipped"


async def test_a_release_brings_the_device_back_to_ready(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    await deliver(chain.database, chain.service, [told(device, step) for step in range(7)])
    assert (await chain.get(f"/devices/{device}"))["stage"] == "ready"
    thread = (await chain.get(f"/donations/{donation['id']}"))["thread"]
    assert (thread["ready"], thread["reserved"]) == (1, 0)


async def test_the_thread_counts_what_has_passed_each_bead(chain: Chain) -> None:
    donation, _ = await chain.sent({"category": "laptop", "quantity": 4}, laptop(year=2005))
    ids = [device["id"] for device in await devices_of(chain, donation["id"])]
    for device, steps in zip(ids, (11, 8, 3, 1), strict=True):
        await deliver(chain.database, chain.service, [told(device, step) for step in range(steps)])
    thread = (await chain.get(f"/donations/{donation['id']}"))["thread"]
    assert thread == {
        "declared": 5,
        "accepted": 4,
        "collected": 4,
        "erased": 3,
        "tested": 3,
        "ready": 2,
        "reserved": 2,
        "handed_over": 1,
        "missing": 0,
        "withdrawn": 0,
    }


async def test_a_donation_is_received_when_its_lot_is_counted_and_closed_when_every_device_has_ended(
    chain: Chain,
) -> None:
    donation, lot = await chain.sent({"category": "laptop", "quantity": 3})
    sold, broken, lost = [device["id"] for device in await devices_of(chain, donation["id"])]
    await chain.hear("refurbish.lots", "lot-arrived", lot, lot_id=lot)
    assert (await chain.get(f"/lots/{lot}"))["status"] == "arrived"
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[lost], surplus=["FIL-AAAAA-A"])
    now = await chain.get(f"/donations/{donation['id']}")
    assert now["status"] == "received"
    assert now["thread"]["missing"] == 1
    counted = await chain.get(f"/lots/{lot}")
    assert (counted["status"], counted["missing"], counted["surplus"]) == ("reconciled", 1, 1)
    await deliver(chain.database, chain.service, [told(sold, step) for step in range(len(STORY))])
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "received"
    await chain.hear("refurbish.devices", "device-withdrawn", broken, device_id=broken, reason="Dalle fêlée.")
    closed = await chain.get(f"/donations/{donation['id']}")
    assert closed["status"] == "closed"
    assert (await chain.get(f"/devices/{broken}"))["why"] == "Dalle fêlée."


async def test_a_missing_device_that_turns_up_reopens_its_donation(chain: Chain) -> None:
    donation, lot = await chain.sent(laptop())
    device = (await devices_of(chain, donation["id"]))[0]["id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[device])
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "closed"
    await deliver(chain.database, chain.service, [told(device, 0)])
    now = await chain.get(f"/donations/{donation['id']}")
    assert (now["status"], (await chain.get(f"/devices/{device}"))["stage"]) == ("received", "arrived")


async def test_a_second_count_of_a_lot_replaces_the_first(chain: Chain) -> None:
    donation, lot = await chain.sent({"category": "laptop", "quantity": 2})
    first, second = [device["id"] for device in await devices_of(chain, donation["id"])]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[first, second])
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[second])
    stages = [device["stage"] for device in await devices_of(chain, donation["id"])]
    assert stages == ["in_transit", "missing"]


async def test_devices_nobody_here_knows_are_passed_over(chain: Chain) -> None:
    stranger = str(uuid4())
    await deliver(chain.database, chain.service, [told(stranger, step) for step in range(len(STORY))])
    await chain.hear("refurbish.lots", "lot-reconciled", stranger, lot_id=stranger, missing=[stranger])
    assert (await chain.get("/donations"))["total"] == 0


async def test_the_database_and_the_rule_in_python_derive_the_same_stage(database: Database) -> None:
    works = [None, *(stage.value for stage in WORK_RANK)]
    promises = [None, *(str(promise) for promise in PROMISE_RANK)]
    cases = list(product(("accepted", "collected", "in_transit", "missing"), (True, False), works, promises))
    async with database.engine.connect() as connection:
        for custody, missing, work, promise in cases:
            values = {"custody": custody, "lot_missing_at": missing or None, "work": work, "promise": promise}
            row = "SELECT " + ", ".join(
                f"{'NULL' if v is None else repr(str(v))}::text AS {name}" for name, v in values.items()
            )
            found = (await connection.exec_driver_sql(f"SELECT {STAGE_SQL} FROM ({row}) x")).scalar_one()
            assert found == derive(custody, missing, work, promise), values


MOMENTS = st.integers(0, 40).map(lambda hours: START + timedelta(hours=hours))
DEVICES = [uuid4(), uuid4()]


def made(model: Any, moment: datetime, device: int) -> Any:
    return model(device_id=DEVICES[device], occurred_at=moment)


@given(st.lists(st.builds(made, st.sampled_from(WORK_EVENTS), MOMENTS, st.integers(0, 1)), max_size=12), st.randoms())
def test_the_news_of_a_slice_does_not_depend_on_its_order(events: list[WorkEvent], random: Any) -> None:
    shuffled = events.copy()
    random.shuffle(shuffled)
    assert fold_work(events) == fold_work(shuffled)


@given(
    st.lists(st.builds(made, st.sampled_from(PROMISE_EVENTS), MOMENTS, st.integers(0, 1)), max_size=12), st.randoms()
)
def test_the_promises_of_a_slice_do_not_depend_on_its_order(events: list[PromiseEvent], random: Any) -> None:
    shuffled = events.copy()
    random.shuffle(shuffled)
    assert fold_promises(events) == fold_promises(shuffled)
