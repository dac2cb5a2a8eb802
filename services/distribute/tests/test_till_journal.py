"""The till's journal: every entry once, each behind the one before, and what is changed behind its back is named."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from distribute.till_books.commands import till_commands
from filiere.calendar import clock_at, now
from filiere.database import Database
from filiere.service import Service
from filiere.testing.sql import rows
from typer.testing import CliRunner

from .conftest import World

SOLD = {"kind": "sold", "tier": "solidary"}


async def sold(world: World, relais: Any, label: str, **given: Any) -> Any:
    return await world.call(relais["client"], "/handovers", {"label": label, **SOLD, **given}, status=201)


async def proof(world: World, relais: Any) -> Any:
    (one,) = await world.read(relais["client"], "/till/verification")
    return one


async def entries(world: World, relais: Any) -> list[Any]:
    """Oldest first."""
    found: list[Any] = (await world.read(relais["client"], "/till/entries"))["items"]
    return found[::-1]


async def tamper(world: World, statement: str) -> None:
    """Change what the triggers protect, as only the owner of the server can."""
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute("ALTER TABLE till_entry DISABLE TRIGGER USER")
        await driver.execute(statement)
        await driver.execute("ALTER TABLE till_entry ENABLE TRIGGER USER")


async def test_each_handover_has_one_entry_and_each_entry_follows_the_one_before(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    amounts = [(await sold(world, relais, label))["amount_cents"] for label in labels]
    written = await entries(world, relais)
    assert [one["sequence"] for one in written] == [1, 2, 3]
    assert [one["amount_cents"] for one in written] == amounts
    assert [one["previous"] for one in written] == ["0" * 64, *(one["hash"] for one in written[:-1])]
    assert written[-1]["total_cents"] == sum(amounts)
    assert (await proof(world, relais))["holds"]


async def test_two_tills_have_two_journals(world: World) -> None:
    mine, other = await world.relais("Le nôtre"), await world.relais("L'autre", postcode="69001")
    for relais in (mine, other):
        _, (label,) = await world.delivered(relais)
        await sold(world, relais, label)
        assert [one["sequence"] for one in await entries(world, relais)] == [1]
    proofs = await world.read(world.coordinator, "/till/verification")
    assert [one["holds"] for one in proofs] == [True, True]
    await world.read(world.coordinator, "/till/entries", status=403)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE till_entry SET person_cents = 0",
        "DELETE FROM till_entry WHERE sequence = 1",
        "TRUNCATE till_entry",
        "INSERT INTO till_entry SELECT relais_id, 9, day, kind, at, by, NULL, device_id, receipt, label, category,"
        " tier, 0, person_means, 0, structure_means, undoes, reason, details, total_cents, hash, 'x'"
        " FROM till_entry LIMIT 1",
    ],
)
async def test_the_database_itself_refuses_to_change_an_entry(world: World, statement: str) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    for label in labels:
        await sold(world, relais, label)
    with pytest.raises(asyncpg.CheckViolationError):
        await rows(world.database, statement)
    assert len(await entries(world, relais)) == 2


@pytest.mark.parametrize(
    ("statement", "sequence", "words"),
    [
        ("UPDATE till_entry SET person_cents = 1 WHERE sequence = 2", 2, "a été modifiée"),
        ("UPDATE till_entry SET label = 'FIL-AUTRE' WHERE sequence = 2", 2, "a été modifiée"),
        ("UPDATE till_entry SET by = 'somebody' WHERE sequence = 1", 1, "a été modifiée"),
        ("DELETE FROM till_entry WHERE sequence = 2", 2, "manque"),
        ("DELETE FROM till_entry WHERE sequence = 3", None, "il en manque"),
        ("UPDATE till_entry SET hash = repeat('a', 64) WHERE sequence = 2", 3, "la chaîne est rompue"),
        ("DELETE FROM handover WHERE sequence = 2", 2, "a disparu"),
        ("UPDATE handover SET amount_cents = 1 WHERE sequence = 2", None, "ne correspond pas"),
    ],
)
async def test_what_was_changed_behind_its_back_is_named(
    world: World, statement: str, sequence: int | None, words: str
) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    for label in labels:
        await sold(world, relais, label)
    await tamper(world, statement)
    found = await proof(world, relais)
    assert not found["holds"]
    assert any(one["sequence"] == sequence and words in one["sentence_fr"] for one in found["breaks"]), found["breaks"]
    browser = await world.client.login(relais["subject"])
    assert "Le journal ne tient pas" in (await browser.get("/caisse/journal")).text


async def test_the_operator_s_command_names_the_break_and_fails(
    world: World, service: Service, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    monkeypatch.setenv("DATABASE_URL", database.url)
    command = till_commands(service)
    sound = await asyncio.to_thread(CliRunner().invoke, command, ["verify"])
    assert (sound.exit_code, "1 journals, 1 entries read" in sound.output) == (0, True)
    await tamper(world, "UPDATE till_entry SET person_cents = 1")
    broken = await asyncio.to_thread(CliRunner().invoke, command, ["verify"])
    assert broken.exit_code == 1
    assert "L'écriture 1 a été modifiée" in broken.output


async def test_what_a_process_of_the_release_before_hands_over_says_its_line_too(world: World) -> None:
    """While an update rolls, it writes handovers without one; of a campaign, they count all the same."""
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    async with world.database.unit_of_work() as session:
        await (await session.driver()).execute(
            "INSERT INTO handover (relais_id, id, receipt_year, receipt_number, device_id, kind, tier, amount_cents,"
            " explanation, handed_over_at) SELECT relais_id, gen_random_uuid(), 2026, 1, device_id, 'given', 'gift', 0,"
            " '{}', now() FROM stock_item WHERE label = $1",
            label,
        )
    ((said, promised),) = await rows(
        world.database, "SELECT h.line_id, i.line_id FROM handover h JOIN stock_item i USING (device_id)"
    )
    assert said == promised is not None


async def test_what_was_handed_over_before_the_journal_enters_it_first(world: World) -> None:
    """As the release before leaves it: handovers without an entry."""
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    amounts = [(await sold(world, relais, label))["amount_cents"] for label in labels[:2]]
    await tamper(world, "UPDATE handover SET sequence = NULL, checkout_id = NULL")
    await tamper(world, "DELETE FROM till_entry")
    before = await proof(world, relais)
    assert (before["holds"], before["waiting"], before["entries"]) == (True, 2, 0)
    amounts.append((await sold(world, relais, labels[2]))["amount_cents"])
    written = await entries(world, relais)
    assert [one["amount_cents"] for one in written] == amounts
    assert [one["details"].get("before_the_journal", False) for one in written] == [True, True, False]
    after = await proof(world, relais)
    assert (after["holds"], after["waiting"], after["entries"]) == (True, 0, 3)


async def test_a_sale_is_taken_back_by_a_minus_entry_and_the_device_is_sold_again(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    handover = await sold(world, relais, label, means="cash")
    body = {"reason": "wrong_price"}
    undone = await world.call(relais["client"], f"/handovers/{handover['id']}/undo", body)
    assert undone["amount_cents"] == -handover["amount_cents"]
    again = await world.call(relais["client"], f"/handovers/{handover['id']}/undo", body, status=409)
    assert "déjà annulée" in again["title"]
    assert await world.statuses() == {"delivered": 1}
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    first, minus, gift = await entries(world, relais)
    assert (minus["kind"], minus["undoes"], minus["reason"]) == ("undo", 1, "wrong_price")
    assert (minus["person_means"], minus["receipt"], minus["total_cents"]) == ("cash", first["receipt"], 0)
    assert gift["receipt"] > first["receipt"]
    names = [event.name for event in await world.published() if event.topic == "distribute.devices"]
    assert names[-3:] == ["device-handed-over", "device-handover-undone", "device-handed-over"]
    assert (await proof(world, relais))["holds"]


async def test_on_the_day_the_seller_takes_back_and_later_whoever_has_had_access_longest(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    people = {}
    for name in ("bruno", "chloe"):
        await world.client.known(name)
        await world.call(world.coordinator, f"/relais/{relais['id']}/members", {"subject": name, "role": "relais"})
        people[name] = {**relais, "client": await world.client.as_(name)}
    made = [await sold(world, people["bruno"], label) for label in labels]
    reason = {"reason": "changed_mind"}
    refused = await world.call(people["chloe"]["client"], f"/handovers/{made[0]['id']}/undo", reason, status=403)
    assert "Le jour même" in refused["detail"]
    await world.call(people["bruno"]["client"], f"/handovers/{made[0]['id']}/undo", reason)
    await world.call(relais["client"], f"/handovers/{made[1]['id']}/undo", reason)
    with clock_at(now() + timedelta(days=1)):
        late = await people["bruno"]["client"].post(f"/api/v1/handovers/{made[2]['id']}/undo", json=reason)
        assert late.status_code in (401, 403)
        fresh = await world.client.as_("bruno")
        await world.call(fresh, f"/handovers/{made[2]['id']}/undo", reason, status=403)
        lead = await world.client.as_(relais["subject"])
        await world.call(lead, f"/handovers/{made[2]['id']}/undo", reason)
    assert (await proof(world, relais))["holds"]


async def test_a_handover_of_another_relais_is_not_taken_back(world: World) -> None:
    mine, other = await world.relais("Le nôtre"), await world.relais("L'autre", postcode="69001")
    _, (label,) = await world.delivered(mine)
    handover = await sold(world, mine, label)
    reason = {"reason": "trial"}
    await world.call(other["client"], f"/handovers/{handover['id']}/undo", reason, status=404)
    await world.call(world.coordinator, f"/handovers/{handover['id']}/undo", reason, status=403)


async def test_the_journal_says_nothing_about_the_person(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label, person_alias="Zébulon", public="femmes", bracket="500-700", seen_by="AL")
    kept = str(await world.rows("SELECT to_jsonb(e) FROM till_entry e"))
    for word in ("Zébulon", "femmes", "500-700"):
        assert word not in kept
