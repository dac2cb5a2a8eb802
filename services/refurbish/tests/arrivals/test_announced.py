"""What collect says of a lot and its devices comes along, fills forms, and gives way to what an inventory reads."""

import asyncio
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from filiere.calendar import today
from filiere.testing.events import incoming
from refurbish.arrivals.countdown import countdown

from ..conftest import World

LSHW = {
    "id": "pc", "class": "system", "vendor": "HP", "product": "EliteBook 840 G5", "serial": "5CG8411ABC",
    "children": [{"id": "memory", "class": "memory", "description": "System Memory", "size": 17179869184}],
}  # fmt: skip


def plain(answer: httpx.Response) -> str:
    return answer.text.replace("\xa0", " ").replace("\u202f", " ")


async def dispatched(world: World, *devices: dict[str, Any], **said: Any) -> str:
    lot, events = world.lot(devices)
    first = events[0]
    await world.hears(incoming(first.topic, first.type, lot, {**first.data, **said}), *events[1:])
    return lot


async def test_what_the_donor_announced_fills_the_forms_until_an_audit_has_read_the_machine(world: World) -> None:
    device = world.device(ram_gb=8, storage_gb=256, year=2019, asset_tag="inv 00042")
    lot = await dispatched(world, device)
    await world.post(f"/lots/{lot}/arrive", {"labels": ["INV00042"]})  # by the donor's own number
    assert await world.stage(device["device_id"]) == "arrived"
    browser, address = await world.browser(), f"/equipements/{device['device_id']}"
    page = plain(await browser.get(address))
    assert '8 Go <span class="why">annoncé par le donateur' in page
    assert 'value="256"' in plain(await browser.get(f"{address}/supports"))
    form = plain(await browser.get(f"{address}/classer"))
    assert all(
        f'name="{name}"' in form and f'value="{value}"' in form for name, value in (("ram_gb", 8), ("year", 2019))
    )
    await world.post(f"/devices/{device['device_id']}/audits", LSHW)
    assert "annoncé par le donateur" not in plain(await browser.get(address))
    assert 'value="16"' in plain(await browser.get(f"{address}/classer"))


async def test_a_telephone_is_found_by_the_second_imei_that_its_donor_declared(world: World) -> None:
    first, second = "356938035643809", "490154203237518"
    phone = world.device(category="smartphone", serial=first, imeis=[second])
    lot = await dispatched(world, phone)
    await dispatched(world, world.device(serial="OLD0001"))  # of a release that says no IMEI
    await world.post(f"/lots/{lot}/arrive", {"labels": ["49-015420-323751-8"]})
    assert await world.stage(phone["device_id"]) == "arrived"
    page = plain(await (await world.browser()).get(f"/equipements/{phone['device_id']}"))
    assert second in page


async def test_a_lot_says_who_gave_it_what_is_in_it_and_when_it_should_come(world: World) -> None:
    late = today() - timedelta(days=2)
    lot = await dispatched(
        world, world.device(), world.device(), world.device(category="monitor"),
        donor_name="Ville de Lens", expected_on=late.isoformat(),
    )  # fmt: skip
    said = await world.get(f"/lots/{lot}")
    assert (said["donor_name"], said["expected_on"]) == ("Ville de Lens", late.isoformat())
    browser = await world.browser()
    for address in (f"/lots/{lot}", "/lots", "/scanner"):
        page = plain(await browser.get(address))
        assert "Ville de Lens" in page, address
        assert "2 ordinateurs portables, 1 écran" in page, address
        assert "en retard de 2 jours" in page, address


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "attendu aujourd'hui"), (1, "attendu demain"), (5, "attendu dans 5 jours"), (-1, "en retard de 1 jour")],
)
def test_days_are_counted_down(days: int, words: str) -> None:
    on = date(2026, 11, 10)
    assert countdown(on + timedelta(days=days), on) == words


async def test_a_lot_may_be_counted_at_any_time_and_again(world: World) -> None:
    one, other = world.device(), world.device()
    lot = await world.expects(one, other)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"]]})
    assert (await world.post(f"/lots/{lot}/reconcile"))["missing"] == [other["device_id"]]
    await world.post("/scan", {"label": other["label"]})
    page = (await (await world.browser()).get(f"/lots/{lot}")).text
    assert "Compter le lot à nouveau" in page
    assert (await world.post(f"/lots/{lot}/reconcile"))["missing"] == []


async def test_whoever_receives_the_same_lot_is_told_of_a_colleague_s_scan(world: World) -> None:
    device = world.device()
    lot = await world.expects(device)
    told: asyncio.Queue[str] = asyncio.Queue()
    connection = await world.database.connect()
    try:
        await connection.add_listener("filiere_live", lambda *said: told.put_nowait(said[-1]))
        await world.post(f"/lots/{lot}/arrive", {"labels": [device["label"]]})
        async with asyncio.timeout(20):
            assert await told.get() == f"lot:{lot}"
    finally:
        await connection.close()
    page = (await (await world.browser()).get(f"/lots/{lot}")).text
    assert f'data-live="/lots/{lot}/changements"' in page
