"""A new rule set beside the one in force: what it would change, switched on, undone, and the stock that follows."""

import asyncio
import random
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from filiere.calendar import PARIS, clock_at, today
from filiere.catalogue.categories import Category
from filiere.catalogue.grading import DeviceFacts, grade_by
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.jobs.running import do_next
from filiere.testing.events import incoming, published
from filiere.testing.sql import rows, value
from hypothesis import given
from hypothesis import strategies as st
from refurbish.grading.switches import Switch, in_force, touched
from refurbish.jobs import HANDLERS
from refurbish.regrading.comparison import Comparison

from ..conftest import World

# 2025 sums media and caps under 2,500 points; the rules on trial cap under 3,500 and know a third step of hard disks.
WEAK = {"ram_gb": 16, "cpu_mark": 3000}  # with 256 GB of SSD: A in 2025, B on trial


async def work(database: Database) -> None:
    """The worker does what was asked for."""
    while await do_next(database, HANDLERS, asyncio.Event()):
        pass


async def graded(world: World, **said: Any) -> str:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device, **(WEAK | said))
    return device


async def ready(world: World, **said: Any) -> str:
    device = await graded(world, **said)
    await world.ready(device)
    return device


async def promised(world: World, device: str) -> None:
    promise = {"device_id": device, "order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
    await world.hears(incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", device, promise))


async def ask(world: World, path: str, body: Any = None, *, status: int | None = None) -> Any:
    answer = await world.coordination.post(f"/api/v1{path}", json=body)
    assert answer.status_code == status if status else answer.is_success, answer.text
    return answer.json()


async def compared(world: World, database: Database, name: str = "pc_2026") -> Any:
    await ask(world, f"/rulesets/{name}/comparison", status=202)
    await work(database)
    return (await world.coordination.get(f"/api/v1/rulesets/{name}/comparison")).json()


async def switched_on(world: World, database: Database, name: str = "pc_2026") -> Any:
    await compared(world, database, name)
    switch = await ask(world, f"/rulesets/{name}/switch", {"starts_on": today().isoformat()})
    await work(database)
    return switch


async def test_a_rule_set_runs_in_the_shadow_and_changes_nothing(world: World, database: Database) -> None:
    free, strong, kept = await ready(world), await graded(world, cpu_mark=6000), await ready(world)
    await promised(world, kept)
    before = await rows(database, "SELECT id, grade, ruleset, graded_at FROM device ORDER BY id")
    sent = len(await published(database))
    found = await compared(world, database)
    assert (found["ready"], found["following"], found["promised"], found["unknown"]) == (True, 1, 1, 0)
    cells = {(one["before"], one["after"]): one["devices"] for one in found["cells"]}
    assert cells == {("A", "B"): 2, ("A", "A"): 1}
    assert found["cents"]["solidary"] < 0, "a lower grade costs less"
    assert await rows(database, "SELECT id, grade, ruleset, graded_at FROM device ORDER BY id") == before
    assert len(await published(database)) == sent
    assert {free, strong, kept}


async def test_switched_on_the_free_follow_and_the_promised_keep_their_grade(world: World, database: Database) -> None:
    free, kept, at_work = await ready(world), await ready(world), await graded(world)
    await promised(world, kept)
    await switched_on(world, database)
    devices = {one: await world.get(f"/devices/{one}") for one in (free, kept, at_work)}
    assert [(one["grade"], one["ruleset"], one["stage"]) for one in devices.values()] == [
        ("B", "pc_2026", "ready"),
        ("A", "pc_2025", "ready"),
        ("B", "pc_2026", "graded"),
    ]
    assert any("3 500" in line for line in devices[free]["reasons"])
    told = [(event.key, event.data["grade"]) for event in await published(database, "device-graded", "device-ready")]
    # The chain hears of what is ready anew with its new grade; of what is on the bench, the grade alone.
    assert told[-3:] == [(free, "B"), (free, "B"), (at_work, "B")]
    # What is graded from now on is graded by these rules.
    assert (await world.get(f"/devices/{await graded(world)}"))["ruleset"] == "pc_2026"


async def test_undone_the_stock_has_the_grades_it_had(world: World, database: Database) -> None:
    devices = [await ready(world), await graded(world, cpu_mark=6000), await graded(world, ram_gb=4)]
    before = [await world.get(f"/devices/{one}") for one in devices]
    switch = await switched_on(world, database)
    undone = await ask(world, f"/rulesets/switches/{switch['id']}/undo")
    await ask(world, f"/rulesets/switches/{switch['id']}/undo")
    await work(database)
    after = [await world.get(f"/devices/{one}") for one in devices]
    for one, again in zip(before, after, strict=True):
        assert (one["grade"], one["ruleset"], one["reasons"]) == (again["grade"], again["ruleset"], again["reasons"])
    assert undone["id"] == switch["id"]
    assert (await world.get(f"/devices/{await graded(world)}"))["ruleset"] == "pc_2025"


async def test_nobody_switches_on_what_nobody_has_compared(world: World, database: Database) -> None:
    day = {"starts_on": today().isoformat()}
    refused = await ask(world, "/rulesets/pc_2026/switch", day, status=409)
    assert refused["type"].endswith("not-compared")
    await compared(world, database)
    await ask(world, "/rulesets/pc_2026/switch", {"starts_on": "2020-01-01"}, status=422)
    await ask(world, "/rulesets/pc_1999/switch", day, status=404)
    first = await ask(world, "/rulesets/pc_2026/switch", day)
    assert (await ask(world, "/rulesets/pc_2026/switch", day))["id"] == first["id"], "asked twice, it is one"
    later = {"starts_on": (today() + timedelta(days=3)).isoformat()}
    assert (await ask(world, "/rulesets/pc_2026/switch", later, status=409))["type"].endswith("in-force-already")
    assert (await world.api.get("/api/v1/rulesets")).status_code == 403


async def test_it_begins_on_its_day(world: World, database: Database) -> None:
    from refurbish.regrading.service import follow_when_due

    device = await ready(world)
    await compared(world, database)
    day = today() + timedelta(days=2)
    await ask(world, "/rulesets/pc_2026/switch", {"starts_on": day.isoformat()})
    await work(database)
    assert (await world.get(f"/devices/{device}"))["ruleset"] == "pc_2025"
    with clock_at(datetime(day.year, day.month, day.day, 0, 5, tzinfo=PARIS)):
        async with database.unit_of_work() as session:
            await follow_when_due(session)
        await work(database)
    assert (await world.get(f"/devices/{device}"))["ruleset"] == "pc_2026"
    assert await value(database, "SELECT count(*) FROM ruleset_switch WHERE applied_at IS NOT NULL") == 1


@pytest.mark.slow
async def test_a_worker_that_dies_leaves_whole_parts_and_the_next_one_goes_on(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from refurbish.regrading import following

    for _ in range(4):
        await ready(world)
    await compared(world, database)
    await ask(world, "/rulesets/pc_2026/switch", {"starts_on": today().isoformat()})
    monkeypatch.setattr(following, "_WRITTEN_AT_ONCE", 2)
    written = following._write
    calls = 0

    async def dies(*given: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise ConnectionResetError("as a worker that is killed")
        await written(*given)

    monkeypatch.setattr(following, "_write", dies)
    with pytest.raises(ConnectionResetError):
        await do_next(database, HANDLERS, asyncio.Event())
    assert await value(database, "SELECT count(*) FROM device WHERE ruleset = 'pc_2026'") == 2
    async with database.unit_of_work() as session:
        await (await session.driver()).execute("UPDATE job SET alive_at = now() - interval '1 minute'")
    await work(database)
    assert await value(database, "SELECT count(*) FROM device WHERE ruleset = 'pc_2026'") == 4
    assert len(await published(database, "device-ready")) == 8, "each is told once"


async def test_what_was_graded_before_its_facts_were_kept_is_counted_and_left(world: World, database: Database) -> None:
    device = await ready(world)
    async with database.unit_of_work() as session:
        await (await session.driver()).execute("DELETE FROM device_grading")
    assert (await compared(world, database))["unknown"] == 1
    await switched_on(world, database)
    assert (await world.get(f"/devices/{device}"))["ruleset"] == "pc_2025"


async def test_the_pages_compare_switch_on_and_undo(world: World, database: Database) -> None:
    device = await ready(world)
    browser = await world.client.login("coordination")
    asked = await browser.get("/baremes/pc_2026")
    assert "À l'essai" in asked.text.replace("&#39;", "'")
    token = asked.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    await browser.post("/baremes/pc_2026/comparer", data={"csrf_token": token})
    await work(database)
    shown = (await browser.get("/baremes/pc_2026")).text
    assert "1 équipement libre changerait de catégorie" in shown.replace("\xa0", " ")
    sheet = (await browser.get("/baremes/pc_2026/comparaison.csv")).text
    assert (await world.get(f"/devices/{device}"))["label"] in sheet
    day = {"csrf_token": token, "starts_on": today().isoformat()}
    assert (await browser.post("/baremes/pc_2026/activer", data=day)).status_code == 422, "not without reading it"
    yesterday = {**day, "starts_on": (today() - timedelta(days=1)).isoformat(), "confirmed": "true"}
    refused = await browser.post("/baremes/pc_2026/activer", data=yesterday)
    assert refused.status_code == 422
    assert 'id="f-starts_on-error"' in refused.text, "beside the day, and nothing that was written is lost"
    done = await browser.post("/baremes/pc_2026/activer", data={**day, "confirmed": "true"}, follow_redirects=True)
    assert "Annuler cette activation" in done.text
    await work(database)
    assert (await world.get(f"/devices/{device}"))["grade"] == "B"
    [(switch,)] = await rows(database, "SELECT id FROM ruleset_switch")
    await browser.post(f"/baremes/activations/{switch}/annuler", data={"csrf_token": token})
    await work(database)
    assert (await world.get(f"/devices/{device}"))["grade"] == "A"
    assert (await (await world.browser()).get("/baremes")).status_code == 403


DAYS = st.dates(date(2025, 6, 1), date(2027, 1, 1))


@given(st.lists(st.tuples(st.sampled_from(["pc_2023", "pc_2025", "pc_2026"]), DAYS, st.booleans()), max_size=5), DAYS)
def test_the_newest_switch_that_has_begun_and_was_not_undone_counts(
    said: list[tuple[str, date, bool]], on: date
) -> None:
    at = datetime(2025, 1, 1, tzinfo=PARIS)
    switches = [
        Switch(uuid7(), name, day, at + timedelta(minutes=n), "Camille", undone_at=at if undone else None)
        for n, (name, day, undone) in enumerate(said)
    ]
    standing = [one for one in switches if one.undone_at is None and one.starts_on <= on]
    expected = max(standing, key=lambda one: (one.starts_on, one.decided_at)).ruleset if standing else "pc_2025"
    assert in_force(Category.LAPTOP, on, switches).name == expected
    assert in_force(Category.MONITOR, on, switches).name == "state_2023", "of another kind"
    begun = {category for one in switches if one.starts_on <= on for category in (Category.LAPTOP, Category.DESKTOP)}
    assert set(touched(switches, on)) == begun


def test_a_comparison_is_kept_as_it_is() -> None:
    from filiere.catalogue.grades import Grade
    from refurbish.regrading.comparison import Kept, Tally

    chance = random.Random(7)
    tally = Tally("pc_2026", date(2026, 12, 1), {Category.LAPTOP: "pc_2025"})
    for n in range(40):
        after = chance.choice([*Grade, None])
        kept = Kept(uuid7(), f"FIL-{n}", "Lens", Category.LAPTOP, True, chance.random() < 0.3, Grade.B, after)
        tally.add(kept, public_body=False)
    found = tally.done()
    assert Comparison.loaded(found.dumped()) == found
    assert found.judged == 40
    assert found.following + found.promised + found.refused == len(found.devices)


def test_the_weak_machine_of_these_tests_is_one_word_lower_on_trial() -> None:
    facts = DeviceFacts.model_validate({**WEAK, "storage": [{"kind": "ssd", "size_gb": 256}]})
    grades = [grade_by(name, Category.LAPTOP, facts).grade for name in ("pc_2025", "pc_2026")]
    assert [one.value if one else None for one in grades] == ["A", "B"]
