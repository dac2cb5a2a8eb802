"""The coordination's home: each number is that of the list behind it."""

import re
from datetime import date
from typing import Any

from distribute.shipments.lateness import LATE_DAYS
from filiere.calendar import today
from filiere.testing.sql import statements

from .applying import Applicant
from .conftest import World
from .debts import invoiced, owing, sold, tomorrow
from .test_pages import computed, submit, words
from .test_recalls import recalled

TABLET = {"category": "tablet", "quantity": 1, "min_grade": "D"}


async def test_nothing_waits_and_the_page_says_so(world: World) -> None:
    camille = await world.client.login("camille")
    home = await camille.get("/", follow_redirects=True)
    assert home.url.path == "/a-faire"
    assert "Rien n'attend" in words(home)
    assert "Commandes" in words(await camille.get("/commandes")), "where it was"
    assert (await world.read(world.coordinator, "/inbox"))["lines"] == []


async def something_of_each(world: World) -> date:
    """Two orders to approve, and one of each other kind; the day on which the invoice has to be paid."""
    relais = await owing(world, percent=100)
    _, labels = await world.delivered(relais, 3)
    sales = [await sold(world, relais, label) for label in labels[:2]]
    due_on = date.fromisoformat((await invoiced(world, relais))["due_on"])
    order = await world.order(relais, TABLET)
    await world.ready(1, model="Autre")
    await world.allocate()
    (shipment,) = await world.send(order)
    await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {})
    await world.call(
        relais["client"], f"/handovers/{sales[1]['id']}/after-sale", {"fault": "battery", "way": "repair"}, status=201
    )
    await recalled(world, labels[2])
    for _ in range(2):
        await world.order(relais, TABLET, approved=False)
    await computed(world)
    await world.relais("Sans convention", signed=False)
    await Applicant(world).apply()
    browser = await world.client.login(relais["subject"])
    page = f"/ma-structure/{relais['id']}"
    await submit(browser, f"{page}/modifier", f"{page}/publics", publics=["familles"], why="Nous avons changé")
    return due_on


async def test_each_number_leads_to_the_list_of_exactly_these(world: World, monkeypatch: Any) -> None:
    due_on = await something_of_each(world)
    with tomorrow((due_on - today()).days + LATE_DAYS + 1):
        camille = await world.client.login("camille")
        client = await world.client.as_("camille")
        found = {one["kind"]: one for one in (await world.read(client, "/inbox"))["lines"]}
        assert {kind: one["count"] for kind, one in found.items()} == {
            "to-approve": 2, "proposals": 1, "incidents": 1, "publics": 1, "agreements": 1, "parcels-late": 1,
            "invoices-overdue": 1, "cases": 1, "recalls": 1, "returning": 1,
            "applications": 1,
        }  # fmt: skip
        assert found["invoices-overdue"]["days"] == LATE_DAYS + 1
        asked = statements(monkeypatch)
        page = await camille.get("/a-faire")
        assert len(asked) <= 6, asked
        links = re.findall(r'<li><a href="([^"]+)"><b>(\d+)</b>', page.text)
        assert len(links) == len(found)
        for address, number in links:
            listed = await camille.get(address.replace("&amp;", "&"))
            assert listed.status_code == 200, address
            if address != "/rappels":
                rows = re.findall(r"<tbody.*?</tbody>", listed.text, re.DOTALL)[-1]
                assert len(re.findall(r"<tr\b", rows)) == int(number), address
        assert "Un envoi est en retard 7 jours après son départ." in words(page)
        assert "Rien n'attend" not in words(page)
