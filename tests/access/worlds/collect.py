"""The world of collect."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

from collect.appeals.schemas import SendAppeal
from collect.appeals.service import send
from collect.jobs import HANDLERS
from collect.news.kinds import COUNT_LINK
from filiere.catalogue import Category
from filiere.identifiers import uuid7
from filiere.jobs.running import do_next
from filiere.links.repository import LinkRepository
from filiere.links.tokens import LinkSigner
from filiere.testing.pdfs import pdf
from filiere.web import Principal, Role

from ..bodies.collect import PERSON, declaration, endpoint, fleet, registration, tomorrow
from ..keys import key_of
from ..world import World, subject


async def build(world: World) -> None:
    """Two donors; the first has declared, imported, and handed a lot to the driver."""
    coordinator = await world.coordinator()
    for side, siren, name in (("a", "123456782", "Assurances Volta"), ("b", "200000008", "Communauté du Pays Vert")):
        donor = await coordinator.post("/donors", registration(siren, name))
        world.organisations[Role.DONOR, side] = donor["id"]
    await world.people()
    world.ids["donor_id"] = str(world.organisation(Role.DONOR))
    mine = await coordinator.get(f"/donors/{world.ids['donor_id']}")
    await coordinator.post(f"/donors/{world.ids['donor_id']}/contacts", PERSON)
    world.ids |= {"site_id": mine["sites"][0]["id"], "contact_id": mine["contacts"][0]["id"]}
    giver = await world.caller(Role.DONOR)
    donation = await giver.post("/donations", declaration(world.ids["donor_id"]))
    path = f"/donations/{donation['id']}"
    body = fleet(world.ids["donor_id"])
    # Of the coordination's own, for a donor's file is private until it is sent.
    read = await coordinator.post("/donations/imports", data={"donor_id": body["donor_id"]}, files=body["files"])
    await coordinator.post(f"{path}/accept")
    await coordinator.post(f"{path}/pickup", {"on": tomorrow(), "word": "Convenu."})
    collected = await coordinator.post(f"{path}/collect")
    device = (await giver.get(f"{path}/devices"))["items"][0]
    await giver.post(f"{path}/documents", {"kind": "proof"})
    while await do_next(world.client.database, HANDLERS, asyncio.Event()):
        pass
    # Where a real worker runs, it draws them.
    while (document := (await giver.get(f"{path}/documents"))[0]["newest"]) is None:
        await asyncio.sleep(0.1)
    link = await giver.post(f"{path}/links")
    agreeing = await count_link(world, collected["lots"][0])
    told = await giver.post(f"/donors/{world.ids['donor_id']}/webhooks", endpoint("https://stock.example"))
    other = await giver.post(f"/donors/{world.ids['donor_id']}/webhooks", endpoint("https://other.example"))
    await giver.http.post(f"/api/v1/webhooks/{other['id']}/test")
    key_id, secret = await key_of(world, subject(Role.DONOR), world.ids["donor_id"], "read")
    message = (await giver.get(f"/webhooks/{other['id']}/deliveries"))["items"][0]
    world.ids |= {
        "attachment_id": await attached(world, donation["id"]),
        "donation_id": donation["id"],
        "import_id": read["import_id"],
        "lot_id": collected["lots"][0],
        "device_id": device["id"],
        "label": device["label"],
        "endpoint_id": told["id"],
        "webhook_id": other["id"],
        "delivery_id": message["id"],
        "owner": world.ids["donor_id"],
        "key_id": key_id,
        "document_id": document["id"],
        "code": document["code"],
        "number": document["number"],
        "link_id": link["id"],
        "token": link["address"].rsplit("/", 1)[1],
        "appeal_id": await appealed(world),
    }
    world.secrets |= {*world.ids.values(), told["secret"], donation["reference"], "Assurances Volta"}
    world.shown_once.add(secret)
    world.ids["line"] = "1"  # no secret
    world.ids["count_token"] = agreeing  # told in a letter, on no page


async def count_link(world: World, lot_id: str) -> str:
    """What stands in the address of a link to a lot's count."""
    async with world.client.database.unit_of_work() as session:
        made = await LinkRepository.from_session(session).make(
            COUNT_LINK, world.organisation(Role.DONOR), UUID(lot_id), "", timedelta(days=1)
        )
    return LinkSigner(world.client.settings, "collect", COUNT_LINK).token(made.id)


async def appealed(world: World) -> str:
    """An appeal to past donors; its id."""
    asked = SendAppeal(appeal_id=uuid7(), category=Category.LAPTOP, quiet_months=0)
    async with world.client.database.unit_of_work() as session:
        await send(session, asked, timedelta(days=1), Principal(subject(Role.COORDINATOR)))
    return str(asked.appeal_id)


async def attached(world: World, donation_id: str) -> str:
    """A file on the donation; its id."""
    browser = await world.client.login(subject(Role.DONOR))
    page = f"/dons/{donation_id}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)
    assert token
    file = {"file": ("a.pdf", pdf(), "application/pdf")}
    shown = await browser.post(f"{page}/pieces", data={"csrf_token": token[1]}, files=file)
    found = re.search(rf'href="[^"]*{page}/pieces/([^"]+)"', shown.text)
    assert found, shown.text
    return found[1]
