"""Media and erasures through the API: what is kept, what is refused, how often the chain is told."""

import hashlib

import pytest
from filiere.database import Database
from filiere.testing.events import published
from filiere.testing.sql import statements

from ..conftest import PURGE, World

LOG = "[2026/11/03 21:41:13]  notice: Finished pass 1/1, round 1/1, on /dev/sda\n"


async def test_the_chain_is_told_once_when_the_last_disk_is_wiped(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.post(
        f"/devices/{device}/media",
        [{"serial": "S4NSSD0001", "kind": "ssd"}, {"serial": "WDHDD77002", "kind": "hdd", "size_gb": 500}],
    )
    first = await world.wipe(device, "S4NSSD0001")
    assert first["stage"] == "erasing"
    assert await published(database, "device-erased") == []
    last = await world.wipe(device, "wdhdd77002", level="clear", method="overwrite", tool="nwipe", tool_version="0.37")
    assert last["stage"] == "erased"
    [event] = await published(database, "device-erased")
    assert [(medium["serial"], medium["level"]) for medium in event.data["media"]] == [
        ("S4NSSD0001", "purge"), ("WDHDD77002", "clear"),
    ]  # fmt: skip


async def test_an_unverified_success_waits_for_a_colleague(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    recorded = await world.reported(device, "S4NSSD0001")
    assert (recorded["stage"], recorded["medium"]["unverified"]) == ("erasing", True)
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "verify"
    assert (await world.wipe(device, "S4NSSD0001"))["stage"] == "erased"


async def test_a_failed_erasure_asks_to_try_again_or_to_destroy(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    await world.reported(device, "S4NSSD0001", result="failure")
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "destroy"
    destroyed = await world.wipe(device, "S4NSSD0001", level="destroy", method="shredding", tool="broyeur")
    assert destroyed["stage"] == "erased"
    assert [one["destroyed"] for one in await world.get(f"/devices/{device}/media")] == [True]


@pytest.mark.parametrize("said", [{"verified": True, "verified_by": "Bruno"}, {"verified": True}, {"verified_by": "B"}])
async def test_nobody_says_in_a_report_that_somebody_else_has_verified_it(
    world: World, said: dict[str, object]
) -> None:
    """A name that one person typed is no second person: she confirms it herself."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    await world.post(f"/devices/{device}/erasures", {"medium_serial": "S4NSSD0001", **PURGE, **said}, status=422)
    assert await world.get(f"/devices/{device}/erasures") == []
    assert await world.stage(device) == "arrived"


async def test_the_tool_s_report_is_kept_with_its_hash(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    await world.wipe(device, "S4NSSD0001", evidence=LOG)
    [erasure] = await world.get(f"/devices/{device}/erasures")
    assert erasure["evidence_sha256"] == hashlib.sha256(LOG.encode()).hexdigest()
    assert erasure["operator_name"]


async def test_how_a_disk_was_wiped_names_nobody_s_telephone(world: World) -> None:
    """The donor reads method and tool, and the log keeps them."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    report = {"medium_serial": "S4NSSD0001", **PURGE, "tool": "hdparm de Marie, 06 12 34 56 78"}
    refusal = await world.post(f"/devices/{device}/erasures", report, status=422)
    assert [error["field"] for error in refusal["errors"]] == ["tool"]
    assert "06 12" not in str(refusal)


async def test_an_endless_report_is_refused(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    body = {"medium_serial": "S4NSSD0001", "level": "purge", "method": "m", "tool": "t", "tool_version": "1"}
    await world.post(
        f"/devices/{device}/erasures", {**body, "result": "success", "evidence": "x" * 200_001}, status=422
    )


async def test_a_serial_that_names_no_disk_is_refused_with_what_to_do(world: World) -> None:
    device = await world.arrived()
    refusal = await world.post(f"/devices/{device}/media", [{"serial": "0000000000", "kind": "ssd"}], status=422)
    assert "colle sur le disque une étiquette" in refusal["detail"]


async def test_a_soldered_memory_goes_by_the_label(world: World) -> None:
    device = await world.arrived(category="tablet", manufacturer="Samsung", model="Galaxy Tab A8")
    found = await world.post(f"/devices/{device}/media", [{"kind": "emmc", "size_gb": 64}])
    assert found["media"][0]["serial"] == found["label"]
    assert (await world.wipe(device, found["label"]))["stage"] == "erased"


async def test_a_statement_of_no_disk_is_refused_when_a_disk_is_declared(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    await world.post(f"/devices/{device}/media", [{"kind": "none"}], status=409)


async def test_a_disk_found_in_a_device_said_to_be_empty_reopens_the_gate(world: World, database: Database) -> None:
    device = await world.arrived()
    stated = await world.post(f"/devices/{device}/media", [{"kind": "none"}])
    assert (stated["stage"], stated["no_storage"]) == ("erased", True)
    await world.tested(device)
    found = await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    assert (found["stage"], found["no_storage"], found["tests_passed"]) == ("erasing", False, None)
    await world.wipe(device, "S4NSSD0001")
    first, second = await published(database, "device-erased")
    assert (first.data["media"], len(second.data["media"])) == ([], 1)


async def test_an_erasure_costs_few_statements(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command of every bench: lock, media, last attempt, attempt, medium, device; then a second person's word."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    said = statements(monkeypatch)
    await world.reported(device, "S4NSSD0001")
    asked = [query for query in said if any(word in query for word in ("device", "medium", "erasure", "outbox"))]
    assert len(asked) == 6, asked
    [sent] = await world.get(f"/devices/{device}/erasures")
    said.clear()
    await world.coordination.post(f"/api/v1/verifications/{sent['id']}", json={"confirmed": True})
    asked = [query for query in said if any(word in query for word in ("device", "medium", "erasure", "outbox"))]
    assert len(asked) == 10, asked
