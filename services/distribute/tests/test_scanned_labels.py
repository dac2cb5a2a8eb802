"""A label that is scanned leads a Relais to its own page of the device, and whoever has nothing to do with it to the
public sheet, with an answer that says nothing of the device."""

import httpx
import pytest

from .conftest import World

PUBLIC = "http://localhost:8001/fiche/"


async def led(browser: httpx.AsyncClient, label: str) -> str:
    browser.follow_redirects = False
    answer = await browser.get(f"/etiquettes/{label}")
    assert answer.status_code == 303
    return answer.headers["location"]


async def test_what_is_there_leads_to_the_till_and_what_is_no_longer_to_its_page(world: World) -> None:
    relais = await world.relais()
    _, (gone, here) = await world.delivered(relais, 2)
    await world.call(relais["client"], "/handovers", {"label": gone, "kind": "given", "tier": "gift"}, status=201)
    browser = await world.client.login(relais["subject"])
    assert await led(browser, here) == f"/caisse/equipements/{here}"
    assert await led(browser, here.lower()) == f"/caisse/equipements/{here}"
    (row,) = [one for one in await world.rows("SELECT device_id::text, label FROM stock_item") if one["label"] == gone]
    assert await led(browser, gone) == f"/stock/equipements/{row['device_id']}"
    browser.follow_redirects = True
    assert here in (await browser.get(f"/etiquettes/{here}")).text
    assert gone in (await browser.get(f"/etiquettes/{gone}")).text


async def test_who_has_nothing_to_do_with_it_is_answered_as_nobody_is(world: World) -> None:
    relais = await world.relais()
    other = await world.relais("L'autre", postcode="69001")
    _, (label,) = await world.delivered(relais)
    for subject in (None, other["subject"], "camille"):
        browser = await world.client.login(subject) if subject else world.client.anonymous()
        assert await led(browser, label) == PUBLIC + label, subject


@pytest.mark.parametrize("text", ["FIL-00000-0", "x%22%3E", "%E2%82%AC"])
async def test_what_is_no_label_of_its_stock_is_handed_on_as_it_is(world: World, text: str) -> None:
    relais = await world.relais()
    assert await led(await world.client.login(relais["subject"]), text) == PUBLIC + text
