"""A second person reads the report, and confirms or refuses it as herself."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import value

from ..conftest import PURGE, World, token_of

SERIAL = "S4NSSD0001"
REPORT = {**PURGE, "evidence": "Serial Number: S4NSSD0001, erased."}


async def wiped_alone(world: World, serial: str = SERIAL) -> tuple[str, str]:
    """(device, erasure): wiped by ada, and nobody has looked."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": serial, "kind": "ssd", "size_gb": 256}])
    await world.reported(device, serial, **REPORT)
    return device, (await world.get(f"/devices/{device}/erasures"))[-1]["id"]


async def verify(api: httpx.AsyncClient, erasure: str, **said: Any) -> httpx.Response:
    return await api.post(f"/api/v1/verifications/{erasure}", json={"confirmed": True, **said})


@pytest.fixture
async def bruno(world: World) -> httpx.AsyncClient:
    """Another technician of the workshop."""
    return (await world.colleague("bruno")).api


async def test_a_colleague_who_confirms_opens_the_gate(
    world: World, bruno: httpx.AsyncClient, database: Database
) -> None:
    device, erasure = await wiped_alone(world)
    assert [one["erasure_id"] for one in (await world.get("/verifications"))["items"]] == [erasure]
    assert (await verify(bruno, erasure)).json()["stage"] == "erased"
    assert (await world.get("/verifications"))["items"] == []
    [event] = await published(database, "device-erased")
    assert event.data["media"][0]["verified"] is True
    [kept] = await world.get(f"/devices/{device}/erasures")
    assert (kept["verified"], kept["verified_by"], kept["refused"]) == (True, "bruno", None)
    # The same report once more is no new attempt; the same word of the same person is said once, another one never.
    await world.reported(device, SERIAL, **REPORT)
    assert len(await world.get(f"/devices/{device}/erasures")) == 1
    assert (await verify(bruno, erasure)).json()["stage"] == "erased"
    assert (await verify(bruno, erasure, confirmed=False, reason="Non.")).status_code == 409
    assert (await verify(world.coordination, erasure)).status_code == 409
    assert len(await published(database, "device-erased")) == 1


async def test_a_second_tap_or_a_page_of_before_says_it_again_and_is_no_error(world: World) -> None:
    device, erasure = await wiped_alone(world)
    browser = await (await world.colleague("bruno")).browser()
    token = token_of(await browser.get(f"/a-verifier/{erasure}"))
    for _ in range(2):
        answered = await browser.post(f"/a-verifier/{erasure}", data={"csrf_token": token, "confirmed": "true"})
        assert (answered.status_code, answered.url.path) == (200, "/a-verifier"), answered.text[:500]
        assert "est vérifié, à ton nom" in answered.text
    assert await world.stage(device) == "erased"


async def _second_tap(browser: httpx.AsyncClient, token: str, erasure: str, **said: str) -> httpx.Response:
    return await browser.post(f"/a-verifier/{erasure}", data={"csrf_token": token, "confirmed": "true", **said})


@pytest.mark.parametrize("since", ["failed", "wiped again", "away and back", "came back from somebody"])
async def test_a_second_tap_on_what_counts_no_more_is_told_so_and_writes_nothing(
    world: World, database: Database, since: str
) -> None:
    device, erasure = await wiped_alone(world)
    bruno = await world.colleague("bruno")
    browser = await bruno.browser()
    token = token_of(await browser.get(f"/a-verifier/{erasure}"))
    assert (await _second_tap(browser, token, erasure)).url.path == "/a-verifier"
    if since in ("failed", "wiped again"):
        await world.reported(device, SERIAL, **{**REPORT, "result": "failure", "evidence": None})
    if since == "wiped again":
        await world.reported(device, SERIAL, **{**REPORT, "evidence": "Serial Number: S4NSSD0001, once more."})
    if since == "away and back":
        gone = await world.post(f"/devices/{device}/media-exits", {"medium_serial": SERIAL, "reason": "kept"})
        assert (await bruno.api.post(f"/api/v1/media-exits/{gone['id']}", json={"confirmed": True})).is_success
        await world.post(f"/devices/{device}/media", [{"serial": SERIAL, "kind": "ssd"}])
    if since == "came back from somebody":
        async with database.unit_of_work() as session:
            driver = await session.driver()
            await driver.execute("UPDATE storage_medium SET wiped_by = NULL")
            await driver.execute("UPDATE device SET cycle = 2, wipe_from = 2, stage = 'erasing', erased_at = NULL")
    rows = (
        "SELECT (SELECT count(*) FROM verification) || ' ' || (SELECT count(*) FROM outbox) || ' ' "
        "|| (SELECT string_agg(to_jsonb(d)::text, '') FROM device d)"
    )
    before = await value(database, rows)
    again = await _second_tap(browser, token, erasure)
    assert again.status_code == 409
    assert "n'attend plus de vérification" in again.text.replace("\u2019", "'").replace("&#39;", "'")
    assert "à ton nom" not in again.text
    told = await verify(bruno.api, erasure)
    assert (told.status_code, told.json()["type"]) == (409, "urn:filiere:problem:nothing-to-verify")
    assert told.headers["content-type"] == "application/problem+json"
    assert await value(database, rows) == before
    assert await world.stage(device) == "erasing"


async def test_a_refusal_said_twice_is_said_once_until_the_disk_is_wiped_again(world: World) -> None:
    device, erasure = await wiped_alone(world)
    bruno = (await world.colleague("bruno")).api
    no = {"confirmed": False, "reason": "Le numéro n'est pas le même."}
    assert [(await verify(bruno, erasure, **no)).status_code for _ in range(2)] == [201, 201]
    assert (await verify(bruno, erasure)).status_code == 409, "another answer of the same person"
    assert (await verify(bruno, erasure, confirmed=False, reason="Illisible.")).status_code == 409
    await world.reported(device, SERIAL, **REPORT)
    assert (await verify(bruno, erasure, **no)).status_code == 409
    await world.confirm(device)
    assert (await verify(bruno, erasure, **no)).status_code == 409
    assert await world.stage(device) == "erased"


async def test_whoever_wiped_does_not_verify(world: World) -> None:
    device, erasure = await wiped_alone(world)
    refused = await verify(world.api, erasure)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:filiere:problem:own-erasure")
    assert await world.stage(device) == "erasing"


async def test_a_refusal_says_why_and_the_erasure_is_done_again(world: World, bruno: httpx.AsyncClient) -> None:
    device, erasure = await wiped_alone(world)
    assert (await verify(bruno, erasure, confirmed=False, reason="  ")).status_code == 422
    refused = await verify(bruno, erasure, confirmed=False, reason="Le numéro n'est pas le même.")
    assert refused.json()["stage"] == "erasing"
    detail = await world.get(f"/devices/{device}")
    assert detail["next_step"]["code"] == "destroy"
    assert (await world.get(f"/devices/{device}/erasures"))[0]["refused"] == "Le numéro n'est pas le même."
    # Said again word for word it is another attempt, for the first one is refused for good.
    await world.reported(device, SERIAL, **REPORT)
    [again] = (await world.get("/verifications"))["items"]
    assert again["erasure_id"] != erasure
    assert (await verify(bruno, again["erasure_id"])).json()["stage"] == "erased"


async def test_only_the_latest_attempt_can_be_confirmed(world: World, bruno: httpx.AsyncClient) -> None:
    device, erasure = await wiped_alone(world)
    await world.reported(device, SERIAL, **{**REPORT, "result": "failure", "evidence": None})
    assert (await verify(bruno, erasure)).status_code == 409
    assert await world.stage(device) == "erasing"


async def test_an_overwriting_that_turns_out_too_little_waits_for_nobody(
    world: World, bruno: httpx.AsyncClient
) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": SERIAL, "kind": "hdd", "size_gb": 256}])
    await world.reported(device, SERIAL, **{**REPORT, "level": "clear", "evidence": None})
    [waiting] = (await world.get("/verifications"))["items"]
    await world.post(f"/devices/{device}/media", [{"serial": SERIAL, "kind": "ssd", "size_gb": 256}])
    assert (await world.get("/verifications"))["items"] == []
    assert (await verify(bruno, waiting["erasure_id"])).status_code == 409
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "erase"


async def test_another_workshop_neither_sees_nor_verifies(world: World) -> None:
    _, erasure = await wiped_alone(world)
    await world.register("Atelier du Gier", "42800", "zoe")
    stranger = await world.client.as_("zoe")
    assert (await stranger.get("/api/v1/verifications")).json()["items"] == []
    assert (await verify(stranger, erasure)).status_code == 404
    assert (await verify(stranger, str(uuid7()))).status_code == 404


async def test_a_withdrawn_device_s_disk_is_verified_too(world: World, bruno: httpx.AsyncClient) -> None:
    device, erasure = await wiped_alone(world)
    await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    assert (await verify(bruno, erasure)).json()["stage"] == "withdrawn"
    assert (await world.get(f"/devices/{device}/media"))[0]["is_wiped"] is True
    # The chain is told: its donor's certificate waits for this device too.
    (told,) = await published(world.database, "device-erased")
    assert [medium["serial"] for medium in told.data["media"]] == [SERIAL]


async def test_of_two_who_answer_at_once_one_is_heard(world: World, bruno: httpx.AsyncClient) -> None:
    claire = (await world.colleague("claire")).api
    device, erasure = await wiped_alone(world)
    first, refused, again = await asyncio.gather(
        verify(bruno, erasure), verify(claire, erasure, confirmed=False, reason="Illisible."), verify(bruno, erasure)
    )
    assert (first.status_code, refused.status_code) in ((201, 409), (409, 201))
    assert again.status_code == first.status_code, "what he says twice is said once"
    [heard] = {answer.json()["stage"] for answer in (first, refused, again) if answer.status_code == 201}
    assert await world.stage(device) == heard


async def test_the_database_keeps_verifications_as_evidence(
    world: World, bruno: httpx.AsyncClient, database: Database
) -> None:
    _, erasure = await wiped_alone(world)
    said = (
        "INSERT INTO verification (workshop_id, id, erasure_id, verifier, verifier_name, confirmed) "
        f"SELECT workshop_id, '{uuid7()}', id, {{}}, 'Ada', true FROM erasure WHERE id = '{erasure}' RETURNING 1"
    )
    with pytest.raises(asyncpg.CheckViolationError, match="does not verify"):
        await value(database, said.format("operator"))
    await verify(bruno, erasure)
    for change in ("UPDATE verification SET confirmed = true RETURNING 1", "DELETE FROM verification RETURNING 1"):
        with pytest.raises(asyncpg.CheckViolationError, match="neither changed nor deleted"):
            await value(database, change)


async def test_only_what_waits_is_looked_at_however_many_media_are_not_wiped(
    world: World, bruno: httpx.AsyncClient, database: Database
) -> None:
    device, erasure = await wiped_alone(world)
    kept = "SELECT array_agg(erasure_id::text) FROM awaited_erasure"
    assert await value(database, kept) == [erasure]
    # A failure after it, and nothing waits; a success once more does, and a word of a second person ends it.
    await world.reported(device, SERIAL, **{**REPORT, "result": "failure"})
    assert await value(database, kept) is None
    await world.reported(device, SERIAL, **{**REPORT, "evidence": "Serial Number: S4NSSD0001, erased again."})
    [again] = (await world.get("/verifications"))["items"]
    assert await value(database, kept) == [again["erasure_id"]]
    assert (await verify(bruno, again["erasure_id"])).status_code == 201
    assert await value(database, kept) is None
