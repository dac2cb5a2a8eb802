"""Every page in a real browser: no violation of WCAG 2.2 AA, no script error, nothing refused by the policy."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from .conftest import World
from .test_pages import computed

if TYPE_CHECKING:
    from playwright.async_api import Page

SHOTS = os.environ.get("SCREENSHOTS")  # a folder to look at the pages afterwards


@pytest.mark.slow
@pytest.mark.browser
async def test_every_page_is_accessible_and_readable_on_a_phone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais("Maison des solidarités")
    new = await world.relais("Les Amis du fil", postcode="69001", signed=False)
    await world.ready(5, category="laptop", manufacturer="Lenovo", model="ThinkPad T480", grade="A")
    _, labels = await world.delivered(relais, 3)
    sold = {"label": labels[0], "kind": "sold", "tier": "very_solidary", "person_alias": "A-17"}
    handover = await world.call(relais["client"], "/handovers", sold, status=201)
    await world.ready(2)
    lines = (
        {"category": "tablet", "quantity": 2, "min_grade": "B", "publics": ["seniors"]},
        {"category": "smartphone", "quantity": 3, "min_grade": "C"},
        {"category": "desktop", "quantity": 2},
    )
    partial = await world.order(relais, *lines)
    run = await world.allocate()
    (shipment,) = await world.send(partial)
    packed_order = await world.order(relais, {"category": "laptop", "quantity": 2})
    waiting = await world.order(relais, {"category": "laptop", "quantity": 2}, approved=False)
    await world.allocate()
    (packed,) = await world.call(world.coordinator, "/shipments", {"order_id": packed_order["id"]}, status=201)
    await world.order(relais, {"category": "laptop", "quantity": 5, "min_grade": "PREMIUM"})

    lyon = await world.relais("Le Fil numérique", postcode="69001")
    for one in (relais, lyon):
        await world.order(one, {"category": "basic_phone", "quantity": 4})
    await world.ready(5, category="basic_phone")
    proposal = await computed(world)
    (line, *_) = (await world.read(world.coordinator, f"/proposals/{proposal.rpartition('/')[2]}/lines"))["items"]
    asked = await world.call(world.coordinator, "/proposals", status=202)

    address = await live(service, settings)
    pages = {
        relais["subject"]: {
            "commander": "/commander?tablet=2&tablet-urgent=1&laptop=1&laptop-or-desktop=1",
            "mes-commandes": "/mes-commandes",
            "commande": f"/commandes/{partial['id']}",
            "mon-stock": "/mon-stock",
            "envoi-recevoir": f"/envois/{shipment['id']}",
            "caisse": "/caisse",
            "caisse-panier": f"/caisse/panier?e={labels[1]}&e={labels[2]}",
            "caisse-journal": "/caisse/journal",
            "recu": f"/caisse/recus/{handover['id']}",
        },
        new["subject"]: {"commander-vide": "/commander", "commandes-vide": "/mes-commandes", "caisse-vide": "/caisse"},
        "camille": {
            "commandes": "/commandes",
            "commande-approuver": f"/commandes/{waiting['id']}",
            "attributions": "/attributions",
            "proposition": proposal,
            "proposition-modifier": f"{proposal}/lignes/{line['line_id']}",
            "proposition-comparer": f"{proposal}/comparaison",
            "proposition-en-attente": f"/attributions/propositions/{asked['id']}",
            "regle": "/attributions/regle",
            "attribution": f"/attributions/{run['id']}",
            "stock": "/stock",
            "relais": "/relais",
            "relais-nouveau": "/relais/nouveau",
            "un-relais": f"/relais/{new['id']}",
            "un-relais-signe": f"/relais/{relais['id']}",
            "envois": "/envois",
            "envoi-partir": f"/envois/{packed['id']}",
        },
        "nobody": {"personne": "/"},
    }
    for subject, paths in pages.items():
        await tab.context.clear_cookies()
        await log_in(tab, address, subject)
        for name, path in paths.items():
            await tab.set_viewport_size({"width": 1200, "height": 900})
            await tab.goto(address + path)
            await assert_accessible(tab)
            await shoot(tab, name)
            await tab.set_viewport_size({"width": 390, "height": 844})
            assert await beyond_the_edge(tab) == [], path
            await shoot(tab, f"{name}-phone")


async def shoot(tab: "Page", name: str) -> None:
    if SHOTS:
        await tab.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
