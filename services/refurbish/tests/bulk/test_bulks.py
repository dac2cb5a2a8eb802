"""One act on many devices: looked at first, then done at once, by the rules and with the events of the single one."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.events import incoming, published
from filiere.testing.sql import rows, statements, value

from ..conftest import World, journal_verbs, token_of

STAGES = ("arrived", "erased", "tested", "graded", "ready", "withdrawn", "to_repair")


async def at_stage(world: World, stage: str, **said: Any) -> str:
    """A device that has come so far, by the single commands."""
    device = await world.arrived(category="monitor", **said)
    if stage == "withdrawn":
        await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    if stage in {"arrived", "withdrawn"}:
        return device
    if stage == "erased":
        laptop = await world.arrived(**said)
        await world.wiped(laptop, f"S4N{laptop[-8:].upper()}")
        return laptop
    await world.tested(device, *(["screen"] if stage == "to_repair" else []))
    if stage in {"tested", "to_repair"}:
        return device
    await world.post(f"/devices/{device}/grade", {"cosmetic": "B"})
    if stage == "ready":
        await world.ready(device)
    return device


async def promised(world: World, device: str) -> None:
    said = {"device_id": device, "order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
    await world.hears(incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", device, said))


async def prepared(world: World, act: str, devices: Sequence[str], **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await world.post("/bulks", {"act": act, "devices": list(devices), **said}, status=201)
    return answer


async def done(world: World, bulk: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = await world.post(f"/bulks/{bulk['id']}/do")
    return answer


async def test_looked_at_nothing_changes_and_every_device_has_its_reason(world: World, database: Database) -> None:
    devices = [await at_stage(world, stage) for stage in ("graded", "graded", "erased", "withdrawn", "ready")]
    sent = len(await published(database))
    bulk = await prepared(world, "ready", devices)
    assert {one: n for one, n in bulk["counts"].items() if n} == {"changes": 2, "refused": 2, "same": 1}
    assert [(one["title"], one["details"], one["devices"]) for one in bulk["reasons"]] == [
        (
            "Cet équipement ne peut pas encore être déclaré prêt.",
            ["Les tests ne sont pas faits.", "Il n'est pas classé."],
            1,
        ),
        ("Cet équipement n'est pas dans l'atelier.", ["Retiré"], 1),
    ]
    assert len(await published(database)) == sent
    assert [await world.stage(one) for one in devices] == ["graded", "graded", "erased", "withdrawn", "ready"]


async def test_done_it_is_done_at_once_and_again_it_stays_done(world: World, database: Database) -> None:
    devices = [await at_stage(world, "graded") for _ in range(3)]
    bulk = await prepared(world, "ready", devices)
    first = await done(world, bulk)
    assert (first["counts"]["changes"], first["done_at"] is None) == (3, False)
    assert await done(world, bulk) == first
    assert await world.get(f"/bulks/{bulk['id']}") == first
    told = await published(database, "device-ready")
    assert sorted(one.key for one in told) == sorted(devices)
    assert (await journal_verbs(database, "device", devices[0]))[0] == "bulk"  # type: ignore[arg-type]


async def test_two_who_press_at_once_do_it_once(world: World, database: Database) -> None:
    bruno = await world.colleague("bruno")
    bulk = await prepared(world, "withdraw", [await at_stage(world, "tested") for _ in range(3)], reason="old")
    await asyncio.gather(*(done(one, bulk) for one in (world, bruno, world)))
    assert len(await published(database, "device-withdrawn")) == 3


async def test_what_a_colleague_touched_meanwhile_is_named_and_the_rest_is_done(
    world: World, database: Database
) -> None:
    devices = [await at_stage(world, "tested") for _ in range(3)]
    bulk = await prepared(world, "withdraw", devices, reason="cost")
    await world.post(f"/devices/{devices[1]}/grade", {"cosmetic": "B"})
    after = await done(world, bulk)
    outcomes = {one["device_id"]: one["outcome"] for one in after["lines"]}
    assert outcomes == {devices[0]: "changes", devices[1]: "moved", devices[2]: "changes"}
    assert [await world.stage(one) for one in devices] == ["withdrawn", "graded", "withdrawn"]
    assert after["reasons"][0]["title"] == "Il a changé depuis l'aperçu."
    assert len(await published(database, "device-withdrawn")) == 2


async def test_a_test_that_a_colleague_failed_meanwhile_is_no_success(world: World) -> None:
    devices = [await at_stage(world, "erased") for _ in range(2)]
    bulk = await prepared(world, "tests", devices)
    await world.post(f"/devices/{devices[0]}/tests", {"results": [{"test": "screen", "passed": False}]})
    after = await done(world, bulk)
    assert (after["counts"]["changes"], after["counts"]["moved"]) == (1, 1)
    assert await world.stage(devices[1]) == "tested"
    assert await world.stage(devices[0]) == "erased"


async def test_the_wipe_gate_holds_for_many(world: World) -> None:
    """No act of the list wipes, and none says that there is nothing to wipe."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0009", "kind": "ssd", "size_gb": 256}])
    for act in ("tests", "ready"):
        bulk = await prepared(world, act, [device])
        assert bulk["counts"]["refused"] == 1, bulk
        assert (await done(world, bulk))["counts"]["changes"] == 0
    assert await world.stage(device) == "arrived"
    await world.post("/bulks", {"act": "none", "devices": [device]}, status=422)


async def test_a_promised_one_is_asked_back_and_not_withdrawn(world: World, database: Database) -> None:
    free, kept = await at_stage(world, "ready"), await at_stage(world, "ready")
    await promised(world, kept)
    refused = await prepared(world, "withdraw", [free, kept], reason="screen")
    assert (refused["counts"]["changes"], refused["counts"]["refused"]) == (1, 1)
    bulk = await done(world, await prepared(world, "recall", [free, kept], reason="battery"))
    assert (bulk["counts"]["changes"], bulk["counts"]["asks"]) == (1, 1)
    assert [await world.stage(one) for one in (free, kept)] == ["to_repair", "ready"]
    assert len(await published(database, "device-recall-asked")) == 1


async def test_found_by_what_they_are_known_by_and_by_a_filter(world: World) -> None:
    one = await at_stage(world, "tested", serial="5CG0000001")
    two = await at_stage(world, "tested")
    label = (await world.get(f"/devices/{two}"))["label"]
    texts = ["5cg0000001", label.lower(), "0000", "pas une étiquette", label]
    bulk = await prepared(world, "withdraw", [one], texts=texts, reason="old")
    assert sorted(line["device_id"] for line in bulk["lines"]) == sorted([one, two])
    assert bulk["unknown"] == ["0000", "pas une étiquette"]
    every = await prepared(world, "withdraw", [], filter={"status": ["tested"]}, reason="old")
    assert len(every["lines"]) == 2


async def test_what_is_asked_for_badly_is_told(world: World) -> None:
    device = await at_stage(world, "tested")
    for body in (
        {"act": "withdraw", "devices": [device]},
        {"act": "recall", "devices": [device], "reason": "cost"},
        {"act": "ready", "devices": [device], "reason": "cost"},
        {"act": "ready", "devices": []},
        {"act": "ready", "devices": [str(uuid7())]},
        {"act": "ready", "devices": [str(uuid7()) for _ in range(501)]},
    ):
        await world.post("/bulks", body, status=422)


async def test_another_workshop_has_neither_its_devices_nor_its_bulks(world: World) -> None:
    mine = await at_stage(world, "tested")
    bulk = await prepared(world, "withdraw", [mine], reason="old")
    await world.register("Atelier du Gier", "42400", "zoe")
    other = World(world.client, world.database, world.service, world.settings)
    other.api = await world.client.as_("zoe")
    await other.post("/bulks", {"act": "withdraw", "devices": [mine], "reason": "old"}, status=422)
    assert (await other.api.get(f"/api/v1/bulks/{bulk['id']}")).status_code == 404
    assert (await other.api.post(f"/api/v1/bulks/{bulk['id']}/do")).status_code == 404
    assert await world.stage(mine) == "tested"


async def test_five_and_five_hundred_cost_the_same_statements(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = statements(monkeypatch)
    cost: dict[tuple[str, int], int] = {}
    for count in (5, 500):
        devices = [world.device(category="monitor") for _ in range(count)]
        lot = await world.expects(*devices)
        await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"] for one in devices]})
        ids = [one["device_id"] for one in devices]
        for act, said in (("tests", {}), ("withdraw", {"reason": "old"}), ("reopen", {})):
            asked.clear()
            bulk = await done(world, await prepared(world, act, ids, **said))
            assert bulk["counts"]["changes"] == count, bulk["counts"]
            cost[act, count] = len(asked)
    for act in ("tests", "withdraw", "reopen"):
        assert cost[act, 5] == cost[act, 500], cost


async def apart(world: World, act: str, device: str, reason: str | None) -> None:
    """The single command."""
    body: dict[str, Any] | None = {"reason": reason} if reason else None
    if act == "tests":
        sheet = await world.get(f"/devices/{device}/tests")
        body = {"results": [{"test": one["test"], "passed": True} for one in sheet["points"] if not one["answered"]]}
    await world.api.post(f"/api/v1/devices/{device}/{act}", json=body)


SAID = {"withdraw": "old", "recall": "fault"}
MOMENTS = ("_at", "occurred_at")


def plain(said: dict[str, Any], *own: str) -> dict[str, Any]:
    """What is said of a device, without what makes it this one and not its twin."""
    left = {name: one for name, one in said.items() if name not in own and not name.endswith(MOMENTS)}
    return left | {name: said[name] is None for name in said if name.endswith(MOMENTS)}


@pytest.mark.parametrize("act", ["tests", "ready", "recall", "withdraw", "reopen"])
async def test_many_at_once_are_as_one_by_one(world: World, database: Database, act: str) -> None:
    """Twins of every stage: one by the single command, the other among many. Same state, same events."""
    chance = random.Random(act)
    twins: list[tuple[str, str]] = []
    for stage in (*STAGES, "ready"):
        pair = [await at_stage(world, stage) for _ in range(2)]
        if stage == "ready" and len(twins) == len(STAGES):
            for one in pair:
                await promised(world, one)
        twins.append((pair[0], pair[1]))
    chance.shuffle(twins)
    before = len(await published(database))
    for one, _ in twins:
        await apart(world, act, one, SAID.get(act))
    said = {"reason": SAID[act]} if act in SAID else {}
    bulk = await prepared(world, act, [many for _, many in twins], **said)
    after = await done(world, bulk)
    assert after["counts"]["moved"] == 0
    told = (await published(database))[before:]
    own = ("id", "label", "serial", "lot_id", "donation_id", "destination", "device_id", "media", "next_step")
    changed = 0
    for one, many in twins:
        states = [plain(await world.get(f"/devices/{device}"), *own) for device in (one, many)]
        assert states[0] == states[1]
        events = [
            [(event.type, plain(event.data, *own)) for event in told if event.key == device] for device in (one, many)
        ]
        assert events[0] == events[1]
        changed += bool(events[0])
        kept = [
            await rows(
                database, f"SELECT cycle, passed, tester FROM test_sheet WHERE device_id = '{device}' ORDER BY id"
            )
            for device in (one, many)
        ]
        assert kept[0] == kept[1]
        past = [
            await rows(database, f"SELECT cycle, reason, grade, reasons FROM past_cycle WHERE device_id = '{device}'")
            for device in (one, many)
        ]
        assert past[0] == past[1]
    assert changed == after["counts"]["changes"] + after["counts"]["asks"]


async def test_the_pages_choose_show_and_do(world: World, database: Database) -> None:
    devices = [await at_stage(world, "graded") for _ in range(3)]
    label = (await world.get(f"/devices/{devices[2]}"))["label"]
    ada = await world.browser()
    assert "/ensemble?statut=graded" in (await ada.get("/equipements?statut=graded")).text
    assert "geste=ready&amp;statut=graded" in (await ada.get("/ensemble?statut=graded")).text
    asked = await ada.get("/ensemble/choisir?geste=ready&statut=graded&coche=true")
    assert asked.text.count(" checked") == 3
    form = {"csrf_token": token_of(asked), "act": "ready"}
    nothing = await ada.post("/ensemble/choisir?geste=ready", data=form)
    assert nothing.status_code == 422
    assert "Coche des équipements" in nothing.text
    unknown = await ada.post("/ensemble/choisir?geste=ready", data={**form, "typed": "FIL-00000-0\n<b>"})
    assert unknown.status_code == 422
    assert "Aucune de ces lignes ne désigne un équipement de ton atelier" in unknown.text
    assert "Coche des équipements" not in unknown.text
    shown = await ada.post(
        "/ensemble/choisir?geste=ready",
        data={**form, "devices": devices[:2], "typed": f"{label}\nFIL-00000-0\n"},
        follow_redirects=True,
    )
    text = shown.text.replace("\xa0", " ")
    assert "3 équipements changeront, sur 3. Rien n'a encore changé." in text.replace("&#39;", "'")
    assert "FIL-00000-0" in text
    bulk = shown.url.path
    sheet = await ada.get(f"{bulk}/liste.csv")
    assert label in sheet.text
    await world.post(f"/devices/{devices[0]}/ungrade")
    after = await ada.post(bulk, data={"csrf_token": token_of(shown)}, follow_redirects=True)
    text = after.text.replace("\xa0", " ")
    assert "2 équipements ont changé, sur 3." in text
    assert "1 équipement a changé entre-temps" in text
    assert len(await published(database, "device-ready")) == 2
    assert "3 équipements à la fois" not in (await ada.get(f"/equipements/{devices[0]}")).text
    assert "2 équipements à la fois" in (await ada.get(f"/equipements/{devices[1]}")).text.replace("\xa0", " ")


async def test_labels_of_the_chosen_are_one_file(world: World) -> None:
    devices = [await at_stage(world, "arrived") for _ in range(2)]
    bulk = await prepared(world, "labels", devices)
    pdf = await world.api.get(f"/api/v1/bulks/{bulk['id']}/labels")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")


async def test_old_ones_are_forgotten(world: World, database: Database) -> None:
    from refurbish.bulk.repository import BulkRepository

    await prepared(world, "labels", [await at_stage(world, "arrived")])
    async with database.unit_of_work() as session:
        assert await BulkRepository.from_session(session).prune(86_400) == 0
        await (await session.driver()).execute("UPDATE bulk SET prepared_at = now() - interval '40 days'")
        assert await BulkRepository.from_session(session).prune(86_400 * 30) == 1
    assert await value(database, "SELECT count(*) FROM bulk") == 0
