"""A disk that was never there, or was taken out: one person says so, another looks; the gate asks for what is there."""

import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import value

from ..conftest import PURGE, World, token_of

REAL, SLIP = "S4NSSD0001", "S4NSSD0OO1"
ALONE = PURGE


async def with_disks(world: World, *serials: str) -> str:
    device = await world.arrived()
    media = [{"serial": serial, "kind": "ssd", "size_gb": 256} for serial in serials]
    await world.post(f"/devices/{device}/media", media)
    return device


async def said_gone(world: World, device: str, serial: str, reason: str = "misread", **said: Any) -> str:
    asked = await world.post(f"/devices/{device}/media-exits", {"medium_serial": serial, "reason": reason, **said})
    return str(asked["id"])


async def answer(api: httpx.AsyncClient, exit_id: str, **said: Any) -> httpx.Response:
    return await api.post(f"/api/v1/media-exits/{exit_id}", json={"confirmed": True, **said})


@pytest.fixture
async def bruno(world: World) -> World:
    return await world.colleague("bruno")


async def test_a_disk_declared_by_mistake_holds_the_gate_until_two_people_say_so(
    world: World, bruno: World, database: Database
) -> None:
    device = await with_disks(world, REAL, SLIP)
    await world.wipe(device, REAL)
    assert await world.stage(device) == "erasing"
    exit_id = await said_gone(world, device, SLIP)
    assert await world.stage(device) == "erasing"  # said by one, it changes nothing
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "exit"
    assert await said_gone(world, device, SLIP) == exit_id  # pressed twice
    own = await answer(world.api, exit_id)
    assert (own.status_code, own.json()["type"]) == (422, "urn:filiere:problem:own-exit")
    assert (await answer(bruno.api, exit_id)).json()["stage"] == "erased"
    assert (await answer(bruno.api, exit_id)).status_code == 409
    assert [one["serial"] for one in await world.get(f"/devices/{device}/media")] == [REAL]
    [event] = await published(database, "device-erased")
    assert [one["serial"] for one in event.data["media"]] == [REAL]
    [gone] = event.data["gone"]
    assert (gone["serial"], gone["code"], gone["reason"]) == (SLIP, "misread", "Son numéro a été mal lu.")
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"
    shown = (await (await world.browser()).get(f"/equipements/{device}")).text
    assert SLIP in shown  # its journal says who said it, and who confirmed it
    [kept] = await world.get(f"/devices/{device}/media-exits")
    assert (kept["asked_by_name"], kept["answered_by_name"]) == ("ada", "bruno")


async def test_whoever_said_it_by_mistake_takes_it_back(world: World, bruno: World, database: Database) -> None:
    device = await with_disks(world, REAL, SLIP)
    exit_id = await said_gone(world, device, REAL)  # the wrong one of the two
    back = f"/api/v1/media-exits/{exit_id}/take-back"
    refused = await bruno.api.post(back)
    assert (refused.status_code, refused.json()["type"][-12:]) == (409, "not-own-exit")
    for _ in range(2):
        assert (await world.api.post(back)).json()["taken_back_at"] is not None
    assert (await world.get("/media-exits"))["items"] == []
    late = await answer(bruno.api, exit_id)
    assert (late.status_code, late.json()["type"][-18:]) == (409, "exit-is-taken-back")
    assert {one["serial"] for one in await world.get(f"/devices/{device}/media")} == {REAL, SLIP}
    right = await said_gone(world, device, REAL, "kept")  # and it may be said again
    assert right != exit_id
    assert (await answer(bruno.api, right)).is_success
    assert (await world.api.post(f"/api/v1/media-exits/{right}/take-back")).status_code == 409
    assert await value(database, "SELECT count(*) FROM journal WHERE verb = 'exit-taken-back'") == 1


async def test_taken_back_and_answered_at_once_only_one_counts(world: World, bruno: World, database: Database) -> None:
    device = await with_disks(world, REAL, SLIP)
    for serial in (REAL, SLIP):
        exit_id = await said_gone(world, device, serial)
        answers = await asyncio.gather(
            world.api.post(f"/api/v1/media-exits/{exit_id}/take-back"), answer(bruno.api, exit_id)
        )
        assert sorted(one.is_success for one in answers) == [False, True]


async def test_the_database_keeps_it_too(world: World, database: Database) -> None:
    device = await with_disks(world, REAL)
    exit_id = await said_gone(world, device, REAL)
    await world.api.post(f"/api/v1/media-exits/{exit_id}/take-back")
    for wrong in (
        "INSERT INTO exit_answer (workshop_id, exit_id, answered_by, answered_by_name, confirmed, answered_at) "
        "SELECT workshop_id, exit_id, 'zoe', 'zoe', true, now() FROM exit_taken_back",
        "UPDATE exit_taken_back SET taken_back_by = 'zoe'",
        "DELETE FROM exit_taken_back",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            async with database.unit_of_work() as session:
                await (await session.driver()).execute(wrong)


async def test_the_page_takes_it_back(world: World) -> None:
    device = await with_disks(world, REAL)
    exit_id = await said_gone(world, device, REAL)
    ada = await world.browser()
    shown = await ada.get(f"/a-verifier/sorties/{exit_id}")
    assert "Je me suis trompé" in shown.text
    after = await ada.post(
        f"/a-verifier/sorties/{exit_id}/reprendre", data={"csrf_token": token_of(shown)}, follow_redirects=True
    )
    assert "le disque est toujours dans" in after.text
    assert "était trompé, et l" in (await ada.get(f"/a-verifier/sorties/{exit_id}")).text


async def test_a_refusal_says_why_and_the_disk_stays(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL)
    exit_id = await said_gone(world, device, REAL, "not_there")
    assert (await answer(bruno.api, exit_id, confirmed=False, why=" ")).status_code == 422
    assert (await answer(bruno.api, exit_id, confirmed=False, why="Il est dedans.")).json()["stage"] == "arrived"
    assert [one["serial"] for one in await world.get(f"/devices/{device}/media")] == [REAL]
    again = await said_gone(world, device, REAL, "kept")
    assert again != exit_id


async def test_what_was_wiped_was_there(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL)
    pending = await said_gone(world, device, REAL, "not_there")
    await world.wipe(device, REAL)
    late = await answer(bruno.api, pending)
    assert (late.status_code, late.json()["type"]) == (409, "urn:filiere:problem:it-was-wiped")
    await answer(bruno.api, pending, confirmed=False, why="Il a été effacé.")
    refused = await world.post(f"/devices/{device}/media-exits", {"medium_serial": REAL, "reason": "twice"}, status=409)
    assert refused["type"] == "urn:filiere:problem:it-was-wiped"


async def test_the_only_disk_taken_out_leaves_the_question_what_is_in_there(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL)
    await world.wipe(device, REAL)
    await world.tested(device)
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))
    detail = await world.get(f"/devices/{device}")
    assert (detail["stage"], detail["next_step"]["code"]) == ("erasing", "media")
    assert detail["tests_passed"] is None  # somebody had it open
    await world.post(f"/devices/{device}/media", [{"kind": "none"}])
    assert await world.stage(device) == "erased"
    last = (await published(world.database, "device-erased"))[-1]
    assert [one["serial"] for one in last.data["media"]] == [REAL]  # what was wiped stays proved
    assert [one["code"] for one in last.data["gone"]] == ["kept"]


async def test_a_disk_that_was_taken_out_stays_told_whatever_becomes_of_its_device(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL, "S4NSSD0002")
    await world.wipe(device, REAL)
    await world.wipe(device, "S4NSSD0002")
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))

    async def told() -> tuple[list[str], list[str]]:
        last = (await published(world.database, "device-erased"))[-1]
        return [one["serial"] for one in last.data["media"]], [one["serial"] for one in last.data["gone"]]

    assert await told() == ([REAL, "S4NSSD0002"], [REAL])
    await world.post(f"/devices/{device}/withdraw", {"reason": "cost"})
    await world.post(f"/devices/{device}/reopen")
    assert await told() == ([REAL, "S4NSSD0002"], [REAL])
    await world.post(f"/devices/{device}/corrections", {"reason": "declared", "category": "desktop"})
    assert await told() == ([REAL, "S4NSSD0002"], [REAL])
    assert len(await published(world.database, "device-erased")) == 4  # wiped, taken out, reopened, corrected


async def test_a_printer_whose_disk_was_taken_out_keeps_the_proof_of_it(world: World, bruno: World) -> None:
    device = await world.arrived(category="printer", manufacturer="HP", model="LaserJet M608")
    await world.post(f"/devices/{device}/media", [{"serial": REAL, "kind": "ssd", "size_gb": 256}])
    await world.wipe(device, REAL)
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))
    await world.tested(device)
    last = (await published(world.database, "device-erased"))[-1]
    assert [one["serial"] for one in last.data["media"]] == [REAL]
    assert [one["code"] for one in last.data["gone"]] == ["kept"]


async def test_a_disk_taken_out_unwiped_stays_to_be_wiped_and_on_the_list(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL, "S4NSSD0002")
    await world.wipe(device, "S4NSSD0002")
    await answer(bruno.api, await said_gone(world, device, REAL, "to_destroy"))
    assert await world.stage(device) == "erased"
    ada = await world.browser()
    assert f"/effacer/{REAL}" in (await ada.get("/a-verifier")).text
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    await world.reported(device, REAL, **{**ALONE, "level": "destroy", "tool": "broyeur", "tool_version": "–"})
    assert await world.stage(device) == "ready"  # its device is no more asked for it
    [waiting] = (await world.get("/verifications"))["items"]
    confirmed = await bruno.api.post(f"/api/v1/verifications/{waiting['erasure_id']}", json={"confirmed": True})
    assert confirmed.json()["stage"] == "ready"
    assert f"/effacer/{REAL}" not in (await ada.get("/a-verifier")).text


async def test_a_disk_that_is_seen_again_is_back_and_wiped_again(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL, "S4NSSD0002")
    await world.wipe(device, REAL)
    await world.wipe(device, "S4NSSD0002")
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))
    assert await world.stage(device) == "erased"
    await world.post(f"/devices/{device}/media", [{"serial": REAL, "kind": "ssd"}])
    assert await world.stage(device) == "erasing"
    await world.wipe(device, REAL)  # word for word as before, and yet another attempt
    assert await world.stage(device) == "erased"
    assert len([one for one in await world.get(f"/devices/{device}/erasures") if one["medium_serial"] == REAL]) == 2


async def test_an_erasure_of_before_a_disk_was_away_proves_nothing_of_the_one_that_is_back(
    world: World, bruno: World
) -> None:
    device = await with_disks(world, REAL)
    await world.reported(device, REAL, **ALONE)
    [old] = await world.get(f"/devices/{device}/erasures")
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))
    await world.post(f"/devices/{device}/media", [{"serial": REAL, "kind": "ssd"}])
    assert (await bruno.api.post(f"/api/v1/verifications/{old['id']}", json={"confirmed": True})).status_code == 409
    assert await world.stage(device) == "erasing"


async def test_a_disk_put_into_another_device_keeps_its_history(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL)
    await world.wipe(device, REAL)
    other = await world.arrived()
    label = (await world.get(f"/devices/{other}"))["label"]
    nowhere = await world.post(
        f"/devices/{device}/media-exits", {"medium_serial": REAL, "reason": "reused"}, status=422
    )
    assert [one["field"] for one in nowhere["errors"]] == ["went_to"]
    await answer(bruno.api, await said_gone(world, device, REAL, "reused", went_to=label))
    [there] = await world.get(f"/devices/{other}/media")
    assert (there["serial"], there["kind"], there["size_gb"], there["is_wiped"]) == (REAL, "ssd", 256, False)
    assert await world.stage(other) == "arrived"  # it is wiped where it is
    shown = (await (await world.browser()).get(f"/equipements/{other}/certificat")).text
    assert (await world.get(f"/devices/{device}"))["label"] in shown


async def test_a_device_into_which_a_disk_with_data_was_put_is_not_ready_before_it_is_wiped(
    world: World, bruno: World
) -> None:
    device = await with_disks(world, REAL)
    other = await world.arrived()
    label = (await world.get(f"/devices/{other}"))["label"]
    await world.wiped(other, "S4NSSD0009")
    await world.tested(other)
    await world.graded(other)
    await answer(bruno.api, await said_gone(world, device, REAL, "reused", went_to=label))
    assert await world.stage(other) == "erasing"
    await world.post(f"/devices/{other}/ready", status=409)
    await world.wipe(other, REAL)
    await world.tested(other)
    await world.graded(other)
    assert (await world.ready(other))["stage"] == "ready"


async def test_a_disk_that_is_added_is_none_of_those_that_are_there(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL, "S4NSSD0002")
    await world.wipe(device, REAL)
    ada, page = await world.browser(), f"/equipements/{device}/supports"
    shown = await ada.get(page)
    said = {"csrf_token": token_of(shown), "kind": "ssd", "medium_id": str(uuid7())}
    before = await world.get(f"/devices/{device}/media")
    for spelled, why in ((REAL.lower(), "il est effacé"), ("S4NSSD 0002", "reste à effacer")):
        refused = await ada.post(page, data={**said, "serial": spelled})
        assert (refused.status_code, why in refused.text) == (422, True), refused.text
    exit_id = await said_gone(world, device, REAL, "kept")
    refused = await ada.post(page, data={**said, "serial": REAL})
    assert "doit d&#39;abord confirmer" in refused.text.replace("\u2019", "&#39;"), refused.text
    assert await world.get(f"/devices/{device}/media") == before
    # Gone, it may come back: then it is wiped again, and pressed twice it is one disk.
    await answer(bruno.api, exit_id)
    for _ in range(2):
        assert (await ada.post(page, data={**said, "serial": "S4NSSD0003"})).is_success
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0004", "kind": "ssd"}])
    for better in ({"serial": REAL}, {"serial": "S4NSSD0004", "size_gb": "512"}):  # it comes back; it is corrected
        again = {**said, **better, "medium_id": str(uuid7())}
        for _ in range(2):
            assert (await ada.post(page, data=again)).is_success, better
        assert (await ada.post(page, data={**again, "medium_id": str(uuid7())})).status_code == 422
        reused = await ada.post(page, data={**again, "serial": "S4NSSD0005"})
        assert (reused.status_code, "rouvre-la" in reused.text) == (422, True), "its form is done"
    there = {one["serial"]: one["is_wiped"] for one in await world.get(f"/devices/{device}/media")}
    assert there == {REAL: False, "S4NSSD0002": False, "S4NSSD0003": False, "S4NSSD0004": False}
    # A better word on one that is to wipe is none about another; the number of another page's disk is refused.
    other = await world.arrived()
    stale = await ada.post(f"/equipements/{other}/supports", data={**said, "serial": "S4NSSD0004"})
    assert (stale.status_code, "rouvre-la" in stale.text) == (422, True)


async def test_a_disk_that_was_destroyed_comes_back_in_no_form(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL, "S4NSSD0002")
    await world.wipe(device, REAL, level="destroy", tool="broyeur", tool_version="–")
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))
    ada, page = await world.browser(), f"/equipements/{device}/supports"
    data = {"csrf_token": token_of(await ada.get(page)), "kind": "ssd", "serial": REAL}
    refused = await ada.post(page, data=data)
    assert (refused.status_code, "a été détruit" in refused.text) == (422, True)
    # A process of the release before brings it back with its proof: it is taken in, and the proof is gone.
    async with world.database.unit_of_work() as session:
        await (await session.driver()).execute(f"UPDATE storage_medium SET gone_by = NULL WHERE serial = '{REAL}'")
    there = {one["serial"]: one["is_wiped"] for one in await world.get(f"/devices/{device}/media")}
    assert there == {REAL: False, "S4NSSD0002": False}
    # What a machine says that it has in it is no destroyed disk: it is wiped.
    await world.post(f"/devices/{device}/media", [{"serial": REAL, "kind": "ssd"}])
    there = {one["serial"]: one["is_wiped"] for one in await world.get(f"/devices/{device}/media")}
    assert there[REAL] is False


async def test_a_moved_disk_is_not_taken_for_one_that_was_wiped_in_the_other_before(world: World, bruno: World) -> None:
    device, other = await with_disks(world, REAL), await world.arrived()
    label = (await world.get(f"/devices/{other}"))["label"]
    await world.wiped(other, REAL)
    body = {"medium_serial": REAL, "reason": "reused", "went_to": label}
    refused = await world.post(f"/devices/{device}/media-exits", body, status=409)
    assert [one["field"] for one in refused["errors"]] == ["went_to"]
    # Seen in the other by an inventory first, and wiped there since it was said: it is this one.
    third = await world.arrived()
    body["went_to"] = (await world.get(f"/devices/{third}"))["label"]
    exit_id = (await world.post(f"/devices/{device}/media-exits", body))["id"]
    await world.wiped(third, REAL)
    assert (await answer(bruno.api, exit_id)).is_success
    assert [one["is_wiped"] for one in await world.get(f"/devices/{third}/media")] == [True]


async def test_no_disk_is_put_into_what_is_not_on_the_bench(world: World, bruno: World) -> None:
    device, other = await with_disks(world, REAL), await world.arrived()
    label = (await world.get(f"/devices/{other}"))["label"]
    pending = await said_gone(world, device, REAL, "reused", went_to=label)
    await world.wiped(other, "S4NSSD0009")
    await world.tested(other)
    await world.graded(other)
    waits = await world.post(f"/devices/{other}/ready", status=409)
    assert waits["obstacles"] == [f"Un collègue doit d'abord dire si le disque {REAL} y est : vois « À vérifier »."]
    await world.post(f"/media-exits/{pending}/take-back")
    await world.ready(other)
    assert [one["serial"] for one in await world.get(f"/devices/{device}/media")] == [REAL]
    body = {"medium_serial": REAL, "reason": "reused", "went_to": label}
    refused = await world.post(f"/devices/{device}/media-exits", body, status=422)
    assert [one["field"] for one in refused["errors"]] == ["went_to"]
    assert "reprends-le d'abord" in refused["detail"]


async def test_a_ready_device_keeps_its_disks(world: World, bruno: World, database: Database) -> None:
    device = await with_disks(world, REAL)
    pending = await said_gone(world, device, REAL, "kept")
    await world.wipe(device, REAL)
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    assert (await answer(bruno.api, pending)).status_code == 409
    assert await world.stage(device) == "ready"
    refused = await world.post(f"/devices/{device}/media-exits", {"medium_serial": REAL, "reason": "kept"}, status=409)
    assert refused["type"] == "urn:filiere:problem:device-not-here"
    with pytest.raises(asyncpg.CheckViolationError, match="keeps its media"):
        await value(database, f"UPDATE storage_medium SET gone_by = '{pending}' RETURNING 1")


async def test_the_database_asks_for_the_second_person_and_keeps_what_was_said(
    world: World, bruno: World, database: Database
) -> None:
    device = await with_disks(world, REAL)
    exit_id = await said_gone(world, device, REAL)
    with pytest.raises(asyncpg.CheckViolationError, match="nobody confirmed"):
        await value(database, f"UPDATE storage_medium SET gone_by = '{exit_id}' RETURNING 1")
    own = (
        "INSERT INTO exit_answer (workshop_id, exit_id, answered_by, answered_by_name, confirmed, answered_at) "
        f"SELECT workshop_id, id, asked_by, 'X', true, now() FROM medium_exit WHERE id = '{exit_id}' RETURNING 1"
    )
    with pytest.raises(asyncpg.CheckViolationError, match="does not confirm"):
        await value(database, own)
    await answer(bruno.api, exit_id)
    for table in ("medium_exit", "exit_answer"):
        with pytest.raises(asyncpg.CheckViolationError, match="neither changed nor deleted"):
            await value(database, f"DELETE FROM {table} RETURNING 1")


async def test_of_two_who_answer_at_once_one_is_heard(world: World, bruno: World) -> None:
    claire = (await world.colleague("claire")).api
    device = await with_disks(world, REAL, "S4NSSD0002")
    exit_id = await said_gone(world, device, REAL)
    answers = await asyncio.gather(
        answer(bruno.api, exit_id),
        answer(claire, exit_id, confirmed=False, why="Il y est."),
        answer(bruno.api, exit_id),
    )
    assert sorted(one.status_code for one in answers) == [201, 409, 409]


async def test_another_workshop_neither_sees_nor_answers(world: World) -> None:
    device = await with_disks(world, REAL)
    exit_id = await said_gone(world, device, REAL)
    await world.register("Atelier du Gier", "42800", "zoe")
    zoe = await world.client.as_("zoe")
    assert (await zoe.get("/api/v1/media-exits")).json()["items"] == []
    assert (await answer(zoe, exit_id)).status_code == 404


async def test_the_pages_ask_and_answer(world: World, bruno: World) -> None:
    device = await with_disks(world, REAL)
    ada, boris = await world.browser(), await bruno.browser()
    address = f"/equipements/{device}/supports/{REAL}/sortir"
    assert address in (await ada.get(f"/equipements/{device}")).text
    token = _token((await ada.get(address)).text)
    empty = await ada.post(address, data={"csrf_token": token})
    assert empty.status_code == 422
    await ada.post(address, data={"csrf_token": token, "reason": "not_there"})
    [asked] = (await world.get("/media-exits"))["items"]
    waiting = await boris.get("/a-verifier")
    assert f"/a-verifier/sorties/{asked['id']}" in waiting.text
    assert "C'est toi qui l'as dit" in (await ada.get(f"/a-verifier/sorties/{asked['id']}")).text.replace("&#39;", "'")
    page = await boris.get(f"/a-verifier/sorties/{asked['id']}")
    done = await boris.post(
        f"/a-verifier/sorties/{asked['id']}", data={"csrf_token": _token(page.text), "confirmed": "true"}
    )
    assert str(done.url).endswith("/a-verifier")
    assert await world.get(f"/devices/{device}/media") == []
    again = await boris.post(
        f"/a-verifier/sorties/{asked['id']}", data={"csrf_token": _token(page.text), "confirmed": "true"}
    )
    assert (again.status_code, "C'est déjà fait" in again.text.replace("&#39;", "'")) == (422, True)


async def test_a_disk_that_is_said_to_be_gone_waits_for_a_colleague_and_is_not_what_to_wipe_first(
    world: World, bruno: World
) -> None:
    device = await with_disks(world, REAL, "S4NSSD0002")
    await said_gone(world, device, REAL, "kept")
    [asked] = (await world.get("/media-exits"))["items"]
    ada = await world.browser()
    page = (await ada.get(f"/equipements/{device}")).text.replace("&#39;", "'")
    assert "Sortie à confirmer" in page
    assert f'href="/a-verifier/sorties/{asked["id"]}"' in page
    assert "dit par ada : un collègue doit confirmer" in page.replace("\xa0", " ")
    assert f"/equipements/{device}/supports/{REAL}/sortir" not in page
    step = (await world.get(f"/devices/{device}"))["next_step"]
    assert step["action"]["path"].endswith("/effacer/S4NSSD0002")
    await world.wipe(device, "S4NSSD0002")
    assert "Fais confirmer par un collègue" in (await ada.get(f"/equipements/{device}")).text
    assert "Fais confirmer par un collègue" in (await ada.get("/equipements")).text
    assert "Fais confirmer par un collègue" not in (await ada.get("/aujourd-hui")).text, "it waits for somebody else"


async def test_each_disk_has_its_certificate_on_paper_with_both_names(
    world: World, bruno: World, tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("no poppler: apt-get install poppler-utils")
    device = await with_disks(world, REAL)
    await world.reported(device, REAL)
    await world.confirm(device, bruno.api)
    await answer(bruno.api, await said_gone(world, device, REAL, "kept"))
    answered = await (await world.browser()).get(f"/equipements/{device}/certificat/{REAL}.pdf")
    assert answered.headers["content-type"] == "application/pdf"
    text = _text_of(answered.content, tmp_path)
    for said in (
        REAL,
        "Certificat d'effacement",
        "Vérifié par",
        "bruno",
        "ada",
        "Retiré, gardé",
        "hdparm",
    ):
        assert said in text, said


def _token(text: str) -> str:
    return text.partition('name="csrf_token" value="')[2].partition('"')[0]


def _text_of(pdf: bytes, folder: Path) -> str:
    (folder / "a.pdf").write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], check=True, capture_output=True, text=True)
    return read.stdout.replace("’", "'")
