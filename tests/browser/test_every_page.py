"""axe-core finds nothing on any page, none is wider than a phone, no table runs out of its card, and every page can be
reached by links.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from filiere.service import installed_services
from filiere.testing.browser import assert_accessible, beyond_the_edge, beyond_their_cards, log_in
from playwright.async_api import Page
from stack.demo import run
from stack.demo.api import Chain
from stack.people import COORDINATOR, DONORS, RELAIS, WORKSHOPS
from stack.scenario import ScenarioContext

from tests.browser.crawl import page_routes, walk
from tests.flows.running import running_chain

PEOPLE = {
    "collect": [COORDINATOR, DONORS[0].person],
    "refurbish": [WORKSHOPS[0].technicians[0], COORDINATOR],
    "distribute": [RELAIS[0].person, COORDINATOR, WORKSHOPS[0].technicians[0]],
}
# What the demonstration has at different stages; the pages look different at each.
STAGES = (
    "expected", "missing", "arrived", "erasing", "erased", "to_repair", "tested", "graded", "ready", "withdrawn",
    "left",
)  # fmt: skip
# Long, and the same whoever reads them: judged once in each service.
ALIKE_FOR_ALL = "/documentation/"
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1200, "height": 900}
# Reached by an action, a scan or a letter, not by a link of the demonstration's data; each has its test in its service.
IN_LETTERS = ("/invitation/{token}", "/courriels/arret/{reader_id}/{kind}")
# The same page in all three, and only collect has sent letters by then.
A_LETTER = "/courriels/{mail_id}"
# Of a structure that applies and signs without an account: begun by a form, opened by links of letters; walked and
# looked at by services/distribute/tests/test_joining_in_a_browser.py.
JOINING = (
    "/candidature/{application_token}", "/candidature/{application_token}/{step}",
    "/candidature/confirmer/{check_token}", "/candidatures/{application_id}", "/convention/{signing_token}",
)  # fmt: skip
# Of a worker without an account, opened by a letter; see services/distribute/tests/test_orienting_in_a_browser.py.
REFERRING = ("/bon-d-acces/{referrer_token}", "/bon-d-acces/{referrer_token}/{own_slip_id}")
WITHOUT_LINK: dict[str, set[str]] = {
    "collect": {
        "/comptes/{count_token}",
        "/besoins/appels/{appeal_id}",
        *IN_LETTERS,
    },
    "refurbish": {"/equipements/etiquettes/{label}", "/devices/by-label/{label}", A_LETTER, *IN_LETTERS},
    # A label is scanned; an invoice is made of days that are over, and the demonstration has one day. To take part in a
    # campaign is a form; opened, after a login, its address leads back to the campaign's.
    "distribute": {
        "/etiquettes/{label}",
        "/factures/{invoice_id}",
        "/campagne/{campaign_token}/rejoindre",
        *JOINING,
        *REFERRING,
        A_LETTER,
        *IN_LETTERS,
    },
}


async def worth_a_visit(chain: Chain) -> dict[tuple[str, str], list[str]]:
    """Pages by (service, person) that no short way of links leads to: one device per stage, a preview, a proposal."""
    technician = WORKSHOPS[0].technicians[0].subject
    api = chain.refurbish(technician)
    # Of those that have arrived some have their disks known, and some wait for that.
    found = [await api.get("/devices", status=stage, limit=10 if stage == "arrived" else 1) for stage in STAGES]
    devices = [one for some in found for one in some["items"]]
    donor = DONORS[0].person.subject
    content = "Type;Marque;N° de série\nOrdinateur portable;Dell;ABC123X\n;HP;DEF456Y\n".encode()
    (own,) = (await chain.collect(donor).get("/donors"))["items"]
    preview = await chain.collect(donor).post(
        "/donations/imports", files={"file": ("parc.csv", content, "text/csv")}, data={"donor_id": own["id"]}
    )
    collected = await _of_the_donor(chain, donor, own["id"])
    coordinator = chain.distribute(COORDINATOR.subject)
    relais = chain.distribute(RELAIS[0].person.subject)
    known = (await relais.everything("/orders"))[0]["relais_id"]
    line = {"category": "laptop", "quantity": 9, "min_grade": "D"}
    # One device out on loan; the others may be handed over.
    for device in (await relais.everything("/devices", status="delivered"))[:1]:
        await relais.post("/loans", {"kind": "street", "place": "Tournée", "labels": [device["label"]]})
    # One that was handed over and is brought back.
    for handover in (await relais.everything("/handovers", first="2020-01-01"))[:1]:
        await relais.post(f"/handovers/{handover['id']}/after-sale", {"fault": "screen", "way": "repair"})
    # One that waits in stock is recalled with its model; what the Relais has to hand over is another.
    to_hand_over = {one["model"] for one in await relais.everything("/devices", status="delivered")}
    waiting = [
        one for one in await coordinator.everything("/devices", status="available") if one["model"] not in to_hand_over
    ]
    for device in waiting[:1]:
        await coordinator.post("/recalls", {"label": device["label"], "what": "model", "reason": "fault"})
    order = await relais.post("/orders", {"relais_id": known, "lines": [line]})
    await coordinator.post(f"/orders/{order['id']}/approve")
    proposal = await coordinator.post("/proposals")
    while proposal["status"] in ("waiting", "computing"):
        await asyncio.sleep(0.1)
        proposal = await coordinator.get(f"/proposals/{proposal['id']}")
    return {
        ("distribute", COORDINATOR.subject): [
            f"/attributions/propositions/{proposal['id']}",
            f"/relais/{known}/convention/a-signer",
            f"/reseau-recharges/{(await coordinator.get('/topups/offers'))[0]['id']}/rendus",
        ],
        ("distribute", RELAIS[0].person.subject): ["/hors-ligne", "/recharges/kit"],
        ("refurbish", technician): [
            "/hors-ligne",
            *(f"/equipements/{one['id']}" for one in devices),
            *await _of_the_workshop(chain, technician, [one for one in devices if one["stage"] == "arrived"]),
        ],
        ("collect", donor): [f"/imports/{preview['import_id']}", *collected],
    }


async def _of_the_workshop(chain: Chain, technician: str, devices: list[dict[str, Any]]) -> list[str]:
    """Two acts on several devices looked at, the workshop's own how-to to correct, an audit to take back."""
    api = chain.refurbish(technician)
    bulks = [
        await api.post("/bulks", {"filter": {"status": ["ready"]}, **said})
        for said in ({"act": "labels"}, {"act": "recall", "reason": "fault"})
    ]
    how_to = {
        "workshop_id": bulks[0]["workshop_id"], "topic": "boot", "maker": "HP", "text": "F9 au démarrage.",
        "source": "essayé à l'atelier",
    }  # fmt: skip
    known = await api.post("/how-tos", how_to)
    machine = next(one for one in devices if one["category"] in ("laptop", "desktop"))
    its_own = {
        "id": "machine", "class": "system", "vendor": machine["manufacturer"], "product": machine["model"],
        "serial": machine["serial"], "description": {"laptop": "Notebook", "desktop": "Desktop"}[machine["category"]],
        "children": [{"id": "memory", "class": "memory", "description": "System Memory", "size": 8 * 2**30}],
    }  # fmt: skip
    await api.post(f"/devices/{machine['id']}/audits", its_own)
    return [
        *(f"/ensemble/{bulk['id']}" for bulk in bulks),
        f"/modes-d-emploi/{known['id']}",
        f"/equipements/{machine['id']}/inventaires",
    ]


async def _of_the_donor(chain: Chain, donor: str, donor_id: str) -> list[str]:
    """A draft with a line to add and one that is refused, a proof as a stranger sees it, its code, a tool to tell."""
    api = chain.collect(donor)
    refused = {"category": "laptop", "year": 1999, "ram_gb": 1}
    draft = await api.post("/donations", {"donor_id": donor_id, "lines": [refused], "draft": True})
    proven, *_ = [
        (donation["id"], kind["newest"]["code"])
        for donation in await api.everything("/donations")
        for kind in await api.get(f"/donations/{donation['id']}/documents")
        if kind["newest"]
    ]
    link = await api.post(f"/donations/{proven[0]}/links")
    device = (await api.get(f"/donations/{proven[0]}/devices", limit=1))["items"][0]
    told = {"url": "https://parc.example/filiere", "kinds": ["donation.closed"]}
    tool = await api.post(f"/donors/{donor_id}/webhooks", told)
    await api.post(f"/webhooks/{tool['id']}/test")
    return [
        f"/dons/{draft['id']}/modifier?ajout={draft['id']}",
        f"/dons/{draft['id']}/lignes",
        link["address"][link["address"].index("/preuve/") :],
        "/verifier",
        f"/verifier/{proven[1]}",
        f"/fiche/{device['label']}",
        f"/webhooks/{tool['id']}",
        "/inscription",
    ]


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(600)
async def test_no_page_of_the_chain_has_an_accessibility_violation(tab: Page, tmp_path: Path) -> None:
    violations: list[str] = []
    unreached: dict[str, set[str]] = {}
    async with running_chain() as (stack, chain):
        context = ScenarioContext(
            stack.home_url, stack.collect_url, stack.refurbish_url, stack.distribute_url, stack.settings.data,
            stack.token, lambda *_: None,
        )  # fmt: skip
        await run(context)
        seeds = await worth_a_visit(chain)
        for service in installed_services():
            address = stack.settings.public_url(service.name)
            routes = page_routes(service)
            reached: set[str] = set()
            judged: set[str] = set()
            for person in PEOPLE[service.name]:
                await tab.context.clear_cookies()
                await log_in(tab, address, person.subject)
                seen: set[str] = set()
                async for kind in walk(tab, address, routes, seen, seeds.get((service.name, person.subject), [])):
                    if kind in judged and kind.startswith(ALIKE_FOR_ALL):
                        continue
                    judged.add(kind)
                    try:
                        await assert_accessible(tab)
                    except AssertionError as found:
                        violations.append(f"{service.name} {kind}, {person.subject}\n{found}")
                    if beyond := await beyond_their_cards(tab):
                        violations.append(f"{service.name} {kind}, {person.subject}, on a desk: {', '.join(beyond)}")
                    await tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
                    if beyond := [*await beyond_the_edge(tab), *await beyond_their_cards(tab)]:
                        violations.append(f"{service.name} {kind}, {person.subject}, on a phone: {', '.join(beyond)}")
                    await tab.set_viewport_size(WIDE)  # type: ignore[arg-type]
                reached |= seen
            missing = {route.path for route in routes} - reached - WITHOUT_LINK[service.name]
            if missing:
                unreached[service.name] = missing
    assert not violations, "\n\n".join(violations)
    assert not unreached, f"no link leads to {unreached}"
