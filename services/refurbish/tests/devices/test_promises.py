"""What distribute says: promised, released, shipped."""

from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.events import Published, incoming
from filiere.testing.sql import rows

from ..conftest import World


def said(name: str, device: str, **more: str) -> Published:
    return incoming("distribute.devices", f"org.filiere.distribute.{name}.v1", device, {"device_id": device, **more})


def reserved(device: str) -> tuple[str, Published]:
    order = str(uuid7())
    promise = {"order_id": order, "line_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
    return order, said("device-reserved", device, **promise)


async def ready_monitor(world: World) -> str:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    await world.ready(device)
    return device


async def test_a_promised_device_is_kept_until_it_leaves(world: World) -> None:
    device = await ready_monitor(world)
    order, event = reserved(device)
    await world.hears(event)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["destination"]["order_id"], found["next_step"]["code"]) == (
        "ready",
        order,
        "promised",
    )
    refusal = await world.post(f"/devices/{device}/withdraw", {"reason": "screen"}, status=409)
    assert "libérer" in refusal["detail"]

    await world.hears(said("device-shipped", device, shipment_id=str(uuid7()), relais_id=str(uuid7()), territory="62"))
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["custody"], found["status"]) == ("left", "shipped", "being_delivered")


async def test_a_released_device_may_be_withdrawn(world: World) -> None:
    device = await ready_monitor(world)
    _, event = reserved(device)
    await world.hears(event, said("device-released", device, reason="commande annulée"))
    assert (await world.get(f"/devices/{device}"))["destination"] is None
    assert (await world.post(f"/devices/{device}/withdraw", {"reason": "screen"}))["stage"] == "withdrawn"


async def test_a_device_that_was_never_ready_cannot_have_left(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.hears(said("device-shipped", device), said("device-shipped", str(uuid7())))
    assert await world.stage(device) == "arrived"
    letters = [detail for (detail,) in await rows(database, "SELECT detail FROM dead_letter ORDER BY id")]
    assert len(letters) == 2
    assert "it is arrived here" in letters[0]
    assert "unknown here" in letters[1]
