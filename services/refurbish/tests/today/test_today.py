"""The bench's home: one thing to do with its reason, what waits for somebody, what was done today."""

import re
from datetime import UTC, datetime, timedelta

import httpx
from filiere.calendar import clock_at, now
from filiere.identifiers import uuid7
from filiere.testing.events import Published, incoming
from hypothesis import given
from hypothesis import strategies as st
from refurbish.today.next_task import age

from ..conftest import World


def waited_for(category: str, wanted: int, territory: str = "62") -> Published:
    said = {"category": category, "grade": "D", "territory": territory, "wanted": wanted}
    key = f"{category}:D:{territory}"
    return incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", key, said)


async def home(world: World, **query: int) -> str:
    page = await (await world.browser()).get("/", params=query)
    assert page.status_code == 200
    return plain(page)


def plain(page: httpx.Response) -> str:
    """With ordinary spaces."""
    return page.text.replace("\xa0", " ")


async def test_a_new_workshop_is_told_that_nothing_waits(world: World) -> None:
    page = await home(world)
    assert "Rien ne t'attend" in page
    assert "data-scan-desk" in page


async def test_a_lot_on_its_way_is_the_thing_to_do_when_the_benches_are_empty(world: World) -> None:
    await world.expects(world.device(), world.device())
    page = await home(world)
    assert "Reçois le lot L-0001" in page
    assert "2 équipements à scanner." in page


async def test_what_people_wait_for_comes_first_with_its_reason_however_long_others_lie_there(world: World) -> None:
    with clock_at(now() - timedelta(days=12)):
        old = await world.get(f"/devices/{await world.arrived(category='desktop')}")
    await world.arrived(category="laptop")
    assert f"Dis quel disque il contient : {old['label']}" in await home(world)
    assert "depuis 12 jours" in await home(world)
    await world.hears(waited_for("laptop", 23))
    page = await home(world)
    assert old["label"] not in page
    assert "23 personnes attendent cet équipement" in page
    assert "Hauts-de-France" in page


async def test_a_colleague_has_it_in_hand_and_another_one_is_shown(world: World) -> None:
    labels = [(await world.get(f"/devices/{await world.arrived()}"))["label"] for _ in range(2)]
    browser = await world.browser()
    pages = [plain(await browser.get("/aujourd-hui", params={"autre": skipped})) for skipped in ("0", "1", "2", "x")]
    assert [[label for label in labels if label in page] for page in pages] == [
        [labels[0]], [labels[1]], [labels[0]], [labels[0]],
    ]  # fmt: skip


async def test_an_erasure_waits_for_a_colleague_and_never_for_whoever_did_it(world: World) -> None:
    device = await world.arrived()
    label = (await world.get(f"/devices/{device}"))["label"]
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    await world.reported(device, "S4NSSD0001")
    own = await home(world)
    assert f"Vérifie l&#39;effacement de {label}" not in own
    assert "Rien ne t'attend" in own  # it waits for a colleague: nothing to do with it oneself
    assert "1 effacement<" in own
    bruno = await world.colleague("bruno")
    assert f"Vérifie l&#39;effacement de {label}" in await home(bruno)


async def test_a_promise_goes_before_everything(world: World) -> None:
    await world.arrived()
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    await world.ready(device)
    promise = {
        "device_id": device, "order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "48",
        "relais_name": "Relais de Mende",
    }  # fmt: skip
    await world.hears(incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", device, promise))
    page = await home(world)
    assert "Prépare le colis pour Relais de Mende" in page
    assert "1 colis<" in page


async def test_done_today_counts_days_of_paris_and_no_person(world: World) -> None:
    with clock_at(now() - timedelta(days=2)):
        await world.arrived()
    await world.arrived()
    page = await home(world)
    part = page[page.index("Fait aujourd'hui, tous ensemble") :]
    assert part.index("<b>1</b>arrivés") < part.index("<b>0</b>effacés")
    assert "ada" not in part.split("</main>")[0].lower().replace("adaptateur", "")


@given(st.integers(0, 400), st.integers(0, 23))
def test_an_age_is_said_in_days_as_people_of_paris_count_them(days: int, hour: int) -> None:
    at = datetime(2026, 11, 20, hour, 30, tzinfo=UTC)
    with clock_at(at):
        words = age(at - timedelta(days=days))
    said = int(found[0]) if (found := re.findall(r"\d+", words)) else 0
    assert abs(said - days) <= 1  # a change of clock in between moves an hour into another day
    assert ("aujourd'hui" in words) is (said == 0)


async def test_the_coordination_begins_with_the_workshops(world: World) -> None:
    browser = await world.client.login("coordination")
    assert (await browser.get("/")).url.path == "/ateliers"
