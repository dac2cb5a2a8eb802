"""A workshop never sees another workshop: every route answers 404, every list is empty."""

import httpx
import pytest
from filiere.testing.client import ServiceClient

from ..conftest import World


@pytest.fixture
async def stranger(world: World) -> httpx.AsyncClient:
    """The person of another workshop."""
    await world.register("Atelier de Lille", "59000", "bob")
    return await world.client.as_("bob")


async def test_another_workshop_s_device_does_not_exist(world: World, stranger: httpx.AsyncClient) -> None:
    announced = world.device()
    lot = await world.expects(announced)
    await world.post(f"/lots/{lot}/arrive", {"labels": [announced["label"]]})
    device = announced["device_id"]
    await world.wiped(device)
    report = {
        "medium_serial": "S4NSSD0001", "level": "purge", "method": "m", "tool": "t", "tool_version": "1",
        "result": "success",
    }  # fmt: skip
    for path in ("", "/media", "/erasures", "/tests", "/audits"):
        assert (await stranger.get(f"/api/v1/devices/{device}{path}")).status_code == 404, path
    for path, body in (
        ("/media", [{"serial": "S4NSSD0009", "kind": "ssd"}]),
        ("/erasures", report),
        ("/tests", {"results": [{"test": "power", "passed": True}]}),
        ("/grade", {"ram_gb": 8}),
        ("/ready", None),
        ("/withdraw", {"reason": "board"}),
        ("/audits", {"content": {}}),
    ):
        assert (await stranger.post(f"/api/v1/devices/{device}{path}", json=body)).status_code == 404, path
    assert (await stranger.get(f"/api/v1/devices/by-label/{announced['label']}")).status_code == 404
    assert (await stranger.get("/api/v1/devices")).json()["total"] == 0


async def test_another_workshop_s_lot_does_not_exist(world: World, stranger: httpx.AsyncClient) -> None:
    announced = world.device()
    lot = await world.expects(announced)
    assert (await stranger.get(f"/api/v1/lots/{lot}")).status_code == 404
    assert (await stranger.post(f"/api/v1/lots/{lot}/arrive", json={"labels": [announced["label"]]})).status_code == 404
    assert (await stranger.post(f"/api/v1/lots/{lot}/reconcile")).status_code == 404
    assert (await stranger.get("/api/v1/lots")).json()["total"] == 0
    # Their scan of our label is a stranger on their table, and ours stays where it was.
    assert (await stranger.post("/api/v1/scan", json={"label": announced["label"]})).json()["outcome"] == "unknown"
    assert await world.stage(announced["device_id"]) == "expected"
    assert await world.get("/mismatches") == []


async def test_another_workshop_s_mismatch_does_not_exist(world: World, stranger: httpx.AsyncClient) -> None:
    from filiere.identifiers import label_code

    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": [label_code(600_000)]})
    [entry] = await world.get("/mismatches")
    assert (await stranger.get("/api/v1/mismatches")).json() == []
    for path, body in (("attach", {"label": label_code(600_000)}), ("dismiss", {"reason": "Rien."})):
        assert (await stranger.post(f"/api/v1/mismatches/{entry['id']}/{path}", json=body)).status_code == 404


async def test_the_coordination_sees_every_workshop_and_only_it_registers_them(
    world: World, stranger: httpx.AsyncClient
) -> None:
    await world.expects(world.device())
    assert (await world.coordination.get("/api/v1/devices")).json()["total"] == 1
    assert len((await world.coordination.get("/api/v1/workshops")).json()) == 2
    assert len((await stranger.get("/api/v1/workshops")).json()) == 1
    body = {"name": "Atelier X", "city": "Paris", "postcode": "75011", "capacity": {}}
    assert (await stranger.post("/api/v1/workshops", json=body)).status_code == 403
    assert (await stranger.get(f"/api/v1/workshops/{world.id}")).status_code == 404


async def test_a_donor_has_no_business_here(world: World) -> None:
    from filiere.identifiers import uuid7

    await world.client.grant("donna", "donor", uuid7())
    donna = await world.client.as_("donna")
    assert (await donna.get("/api/v1/devices")).status_code == 403


async def test_every_route_declares_who_may_call_it(client: ServiceClient) -> None:
    from filiere.web import routes_with_access

    undeclared = [f"{method} {path}" for method, path, access in routes_with_access(client.app) if access is None]
    assert [route for route in undeclared if "openapi" not in route] == []
