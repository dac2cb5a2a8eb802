"""À expédier: what distribute promised, packed by scan into the right box, and gone when distribute says so."""

import json
from uuid import UUID

import httpx
from filiere.database import Database
from filiere.identifiers import label_code, uuid7
from filiere.testing.events import Published, incoming

from ..conftest import World, journal_verbs, token_of


def promised(device: str, order: str, **said: str | None) -> Published:
    promise = {
        "device_id": device, "order_id": order, "line_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "48",
        "order_reference": "R-318", "relais_name": "Relais de Mende", **said,
    }  # fmt: skip
    return incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", device, promise)


def about(name: str, device: str) -> Published:
    said = {"device_id": device, "reason": "La commande est annulée."}
    return incoming("distribute.devices", f"org.filiere.distribute.{name}.v1", device, said)


async def ready_screen(world: World) -> tuple[str, str]:
    """A device that is ready: its id and its label."""
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    return device, str((await world.ready(device))["label"])


async def scan(browser: httpx.AsyncClient, parcel: str, text: str) -> str:
    token = token_of(await browser.get(parcel))
    return plain(await browser.post(f"{parcel}/scanner", data={"label": text, "csrf_token": token}))


def plain(page: httpx.Response) -> str:
    """With ordinary spaces."""
    return page.text.replace("\xa0", " ")


async def test_a_parcel_is_packed_by_scan_and_a_stranger_stays_out(world: World, database: Database) -> None:
    (one, first), (two, second), (other, elsewhere) = [await ready_screen(world) for _ in range(3)]
    order, another = str(uuid7()), str(uuid7())
    await world.hears(promised(one, order), promised(two, order), promised(other, another, relais_name="Relais de Dax"))
    browser = await world.browser()
    listed = (await browser.get("/a-expedier")).text
    assert listed.index("Relais de Mende") > 0
    assert "R-318" in listed
    parcel = f"/a-expedier/{world.id}/{order}"
    assert f"{first} : dans le colis" in await scan(browser, parcel, first)
    again = await scan(browser, parcel, first)
    assert "déjà dans le colis" in again
    assert 'data-sound="ok"' in again
    wrong = await scan(browser, parcel, elsewhere)
    assert f"{elsewhere} va à Relais de Dax" in wrong
    assert 'data-sound="wrong"' in wrong
    assert "inconnu ici" in await scan(browser, parcel, label_code(900_001))
    assert "inconnu ici" in await scan(browser, parcel, "<b>rien</b>")
    assert "Le colis est complet" not in again
    whole = await scan(browser, parcel, second)
    assert "Le colis est complet" in whole
    assert f'href="{world.settings.distribute_url}/login?next=%2F&amp;hint=' in whole, "as themselves, asked once"
    assert await journal_verbs(database, "device", UUID(one)) == ["packed"]


async def test_a_ready_device_with_a_disk_that_nobody_wiped_stays_out_of_the_parcel(world: World) -> None:
    device = await world.arrived(serial="5CG8411ABC")
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    label = str((await world.ready(device))["label"])
    order = str(uuid7())
    await world.hears(promised(device, order))
    browser = await world.browser()
    parcel = f"/a-expedier/{world.id}/{order}"
    assert f"{label} : dans le colis" in await scan(browser, parcel, label)
    swapped = {
        "id": "poste", "class": "system", "serial": "5CG8411ABC", "configuration": {"chassis": "notebook"},
        "children": [{
            "id": "disk", "class": "disk", "description": "ATA Disk", "product": "TOSHIBA MQ01ABD1",
            "serial": "SWAPPED99", "size": 1000204886016, "logicalname": "/dev/sda",
        }],
    }  # fmt: skip
    seen = await world.api.post(f"/api/v1/devices/{device}/audits", content=json.dumps(swapped))
    assert seen.is_success, seen.text
    for _ in range(2):
        refused = await scan(browser, parcel, label)
        assert f"{label} a un disque que personne n&#39;a effacé" in refused
        assert 'data-sound="wrong"' in refused
        assert "Mets encore 1" in refused, "laid in before that was seen, it is out again"


async def test_a_device_that_is_asked_back_stays_out_of_the_parcel(world: World) -> None:
    device, label = await ready_screen(world)
    order = str(uuid7())
    await world.hears(promised(device, order))
    await world.post(f"/devices/{device}/recall", {"reason": "fault", "promised_to": order})
    refused = await scan(await world.browser(), f"/a-expedier/{world.id}/{order}", label)
    assert f"{label} est rappelé" in refused


async def test_what_was_packed_by_mistake_comes_out_again(world: World, database: Database) -> None:
    device, label = await ready_screen(world)
    order = str(uuid7())
    await world.hears(promised(device, order))
    browser = await world.browser()
    parcel = f"/a-expedier/{world.id}/{order}"
    await scan(browser, parcel, label)
    token = token_of(await browser.get(parcel))
    for _ in range(2):
        page = await browser.post(f"{parcel}/sortir/{device}", data={"csrf_token": token})
        assert "Mets encore 1" in plain(page)
    assert await journal_verbs(database, "device", UUID(device)) == ["unpacked", "packed"]


async def test_a_promise_that_moves_is_packed_anew_and_one_taken_back_leaves_the_list(world: World) -> None:
    device, label = await ready_screen(world)
    before, after = str(uuid7()), str(uuid7())
    await world.hears(promised(device, before))
    browser = await world.browser()
    await scan(browser, f"/a-expedier/{world.id}/{before}", label)
    await world.hears(about("device-released", device), promised(device, after, order_reference="R-9"))
    assert (await browser.get(f"/a-expedier/{world.id}/{before}")).status_code == 404
    assert "Mets encore 1" in plain(await browser.get(f"/a-expedier/{world.id}/{after}"))
    await world.hears(about("device-released", device))
    assert "Rien à expédier" in (await browser.get("/a-expedier")).text


async def test_a_promise_heard_twice_keeps_what_is_packed(world: World) -> None:
    device, label = await ready_screen(world)
    order = str(uuid7())
    event = promised(device, order)
    await world.hears(event)
    browser = await world.browser()
    await scan(browser, f"/a-expedier/{world.id}/{order}", label)
    await world.hears(event)
    assert "Le colis est complet" in (await browser.get(f"/a-expedier/{world.id}/{order}")).text


async def test_a_parcel_that_left_says_so_and_asks_for_nothing(world: World) -> None:
    device, _label = await ready_screen(world)
    order = str(uuid7())
    await world.hears(promised(device, order, relais_name=None, order_reference=None))  # as older events say it
    browser = await world.browser()
    assert "Relais du territoire 48" in plain(await browser.get("/a-expedier"))
    await world.hears(about("device-shipped", device))
    page = (await browser.get(f"/a-expedier/{world.id}/{order}")).text
    assert "Ce colis est parti" in page
    assert "Rien à expédier" in (await browser.get("/a-expedier")).text


async def test_another_workshop_sees_no_parcel_of_ours(world: World) -> None:
    device, label = await ready_screen(world)
    order = str(uuid7())
    await world.hears(promised(device, order))
    theirs = await world.register("Atelier de Thiers", "63300", "zoe")
    stranger = await world.client.login("zoe")
    assert "Relais de Mende" not in (await stranger.get("/a-expedier")).text
    token = token_of(await stranger.get("/scanner"))
    for workshop in (world.id, theirs):
        pressed = {"label": label, "csrf_token": token}
        answer = await stranger.post(f"/a-expedier/{workshop}/{order}/scanner", data=pressed)
        assert answer.status_code == 404
