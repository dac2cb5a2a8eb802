"""Every route says who may call it, and handovers are nobody's but the Relais'."""

from filiere.testing.client import ServiceClient
from filiere.web import Role, routes_with_access

from .conftest import World


async def test_every_route_declares_who_may_call_it(client: ServiceClient) -> None:
    undeclared = [
        (method, path)
        for method, path, access in routes_with_access(client.app)
        if access is None
        and path.startswith(("/api/v1", "/c", "/m", "/a", "/e", "/r", "/s"))
        and path != "/api/openapi.json"
    ]
    assert undeclared == []


async def test_no_route_of_the_till_is_open_to_a_coordinator(client: ServiceClient) -> None:
    open_to = {
        path: access.roles
        for _, path, access in routes_with_access(client.app)
        if access is not None and path.startswith(("/caisse", "/api/v1/handovers", "/api/v1/checkouts", "/api/v1/till"))
    }
    assert len(open_to) > 6
    assert {path for path, roles in open_to.items() if roles != {Role.RELAIS}} == {
        "/api/v1/handovers/summary",
        "/api/v1/till/verification",  # numbers and fingerprints of entries, which name nobody
    }


async def test_a_workshop_and_a_donor_reach_no_order_nor_relais(world: World) -> None:
    await world.client.grant("a-workshop", "workshop", "0193a1b2-0000-7000-8000-0000000000a1")
    await world.client.grant("a-donor", "donor", "0193a1b2-0000-7000-8000-0000000000a3")
    for subject in ("a-workshop", "a-donor", "nobody"):
        caller = await world.client.as_(subject)
        for path in ("/orders", "/relais", "/handovers", "/allocations"):
            await world.read(caller, path, status=403)
    for path in ("/stock", "/shipments"):
        await world.read(await world.client.as_("a-donor"), path, status=403)
