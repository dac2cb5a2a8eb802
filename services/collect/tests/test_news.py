"""What a donor's people and the coordination are told by mail, and when."""

import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import httpx
import pytest
from collect.news.kinds import COUNT, DONATION
from filiere.calendar import today
from filiere.links.tokens import LinkSigner
from filiere.mail.composing import CHOICES, STOP, Composer
from filiere.mail.sending import send_next
from filiere.mail.transports import transport_of
from filiere.settings import Settings
from filiere.testing.client import ServiceClient
from filiere.testing.mail_server import MailServer, mail_server
from filiere.testing.sql import rows, value
from filiere.web.app_state import AppState
from filiere.web.i18n import WEB_LOCALES, Catalogue
from filiere.web.mail_pages import LETTER_POLICY

from .chain import Chain, laptop


async def delivered(chain: Chain, settings: Settings, server: MailServer | None) -> list[EmailMessage]:
    """What the worker sends now: to this server, else where the settings say."""
    settings = settings.model_copy(update=server.settings) if server else settings

    def sign(purpose: str, link_id: UUID) -> str:
        return LinkSigner(settings, chain.service.name, purpose).token(link_id)

    english = Catalogue([WEB_LOCALES, chain.service.root / "locales"]).told
    composer = Composer(chain.service.root, chain.service.mails, settings.public_url, settings.mail_from, sign, english)
    transport = transport_of(settings)
    while await send_next(chain.database, settings, composer, transport):
        pass
    assert transport is not None
    await transport.close()
    if server is None:
        return []
    taken, server.taken = server.taken, []
    return taken


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_a_donation_is_told_of_from_its_declaration_to_its_end(chain: Chain, settings: Settings) -> None:
    await chain.client.login("nadia@coordination.example")  # the provider tells an address that is the subject
    await chain.client.grant("nadia@coordination.example", "coordinator")
    async with mail_server() as server:
        donation = await chain.declare(laptop(serial="PF1A2B3C"), laptop(serial="PF1A2B3D"), laptop(year=2005))
        (message,) = await delivered(chain, settings, server)
        assert message["to"] == "nadia@coordination.example"
        assert message["subject"] == f"Don {donation['reference']} à traiter : 3 équipements"

        await chain.do(f"/donations/{donation['id']}/accept")
        (message,) = await delivered(chain, settings, server)
        assert message["to"] == "camille@exemple.fr"
        assert "2 équipements" in text(message)
        assert re.search(r"1 équipement ne l'est pas, et voici pourquoi :\s+- 1 : \w+", text(message))
        assert f"http://testserver/dons/{donation['id']}" in text(message)

        day, other = (today() + timedelta(days=n) for n in (7, 9))
        await chain.do(f"/donations/{donation['id']}/pickup", {"on": day.isoformat(), "word": "Convenu."})
        await chain.do(f"/donations/{donation['id']}/pickup", {"on": other.isoformat(), "word": "Convenu."})
        first, second = await delivered(chain, settings, server)
        assert first["subject"].startswith("Collecte de votre don")
        assert second["subject"].startswith("Nouveau jour")
        assert "Roubaix" in text(second)

        lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
        await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
        devices = [one["id"] for one in (await chain.get(f"/donations/{donation['id']}/devices"))["items"]]
        for _ in range(2):  # told twice, as after a replay: one letter
            await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=devices[1:])
        (message,) = await delivered(chain, settings, server)
        assert "1 équipement manque sur 2" in text(message)

        gone = {"device_id": devices[0], "territory": "62", "how": "gift"}
        await chain.hear("distribute.devices", "device-handed-over", devices[0], **gone)
        (message,) = await delivered(chain, settings, server)
        assert message["subject"] == f"Le bilan de votre don {donation['reference']} est prêt"
        assert "1 remis" in text(message)
        assert "1 jamais retrouvé" in text(message)


async def test_a_declined_donation_tells_its_reason_and_a_draft_tells_nothing(chain: Chain, settings: Settings) -> None:
    async with mail_server() as server:
        await chain.declare(laptop(), draft=True)
        donation = await chain.declare(laptop())
        assert await delivered(chain, settings, server) == []  # no coordinator has an address
        await chain.do(f"/donations/{donation['id']}/decline", {"reason": "Trop loin de nos ateliers."})
        (message,) = await delivered(chain, settings, server)
        assert "Trop loin de nos ateliers." in text(message)


async def test_a_donation_that_is_taken_back_is_told_to_the_other_side(chain: Chain, settings: Settings) -> None:
    await chain.client.login("nadia@coordination.example")
    await chain.client.grant("nadia@coordination.example", "coordinator")
    async with mail_server() as server:
        withdrawn, by_donor, by_network = [await chain.declare(laptop()) for _ in range(3)]
        for one in (by_donor, by_network):
            await chain.do(f"/donations/{one['id']}/accept")
        await delivered(chain, settings, server)
        reason = {"reason": "Les appareils sont vendus."}
        assert (await chain.donor.post(f"/api/v1/donations/{withdrawn['id']}/withdraw")).status_code == 200
        assert (await chain.donor.post(f"/api/v1/donations/{by_donor['id']}/cancel", json=reason)).status_code == 200
        first, second = await delivered(chain, settings, server)
        assert first["to"] == second["to"] == "nadia@coordination.example"
        assert first["subject"] == f"Don {withdrawn['reference']} retiré"
        assert "a annulé le don" in text(second)
        assert reason["reason"] in text(second)
        await chain.do(f"/donations/{by_network['id']}/cancel", reason)
        (third,) = await delivered(chain, settings, server)
        assert third["to"] != "nadia@coordination.example"
        assert "La coordination a annulé" in text(third)


async def test_who_acts_for_the_donor_is_told_at_the_address_of_their_login(chain: Chain, settings: Settings) -> None:
    await chain.client.login("camille")
    await rows(chain.database, "UPDATE person SET address = 'Camille.M@volta.example' WHERE subject = 'camille'")
    async with mail_server() as server:
        donation = await chain.declare(laptop())
        await chain.do(f"/donations/{donation['id']}/accept")
        told = await delivered(chain, settings, server)
    assert sorted(message["to"] for message in told) == ["camille.m@volta.example", "camille@exemple.fr"]


async def test_a_refused_step_tells_nothing(chain: Chain, settings: Settings) -> None:
    donation = await chain.declare(laptop(year=2005))
    await chain.do(f"/donations/{donation['id']}/accept", status=409)
    assert await value(chain.database, "SELECT count(*) FROM mail") == 0


def test_links_in_letters_are_pages(client: ServiceClient) -> None:
    pages = client.app.state.filiere.addresses.pages
    assert {address: name for name, address in pages.items() if address in (DONATION, COUNT, CHOICES, STOP)} == {
        COUNT: "shared_count",
        DONATION: "donation",
        CHOICES: "mail_choices",
        STOP: "mail_stop",
    }


async def reader(chain: Chain) -> UUID:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    found: UUID = await value(chain.database, "SELECT id FROM mail_reader")
    return found


async def press(browser: httpx.AsyncClient, page: str, action: str, **fields: object) -> httpx.Response:
    shown = await browser.get(page)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    assert token, shown.text
    return await browser.post(action, data={"csrf_token": token[1], **fields})


async def test_a_reader_without_an_account_chooses_by_the_link_in_the_letter(chain: Chain, settings: Settings) -> None:
    page = f"/courriels/choix/{await reader(chain)}"
    browser = chain.client.anonymous()
    shown = (await browser.get(page)).text
    assert "camille@exemple.fr" in shown
    assert "Un don attend une réponse" not in shown  # for the coordination
    await press(browser, page, page, kind=["donation-declined"])
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    assert await value(chain.database, "SELECT count(*) FROM mail") == 1  # the first one alone


async def test_the_button_of_a_mail_program_stops_one_kind_with_one_request(chain: Chain) -> None:
    who = await reader(chain)
    stop = f"/courriels/arret/{who}/donation-accepted"
    outside = chain.client.anonymous()
    assert (await outside.get(stop)).headers["location"] == f"/courriels/choix/{who}"
    assert await value(chain.database, "SELECT switched_off FROM mail_reader") == []
    assert (await outside.post(stop, data={"List-Unsubscribe": "One-Click"})).status_code == 204
    assert await value(chain.database, "SELECT switched_off FROM mail_reader") == ["donation-accepted"]
    for wrong in (f"/courriels/arret/{who}/nothing", "/courriels/arret/01930000-0000-7000-8000-000000000009/x"):
        assert (await outside.post(wrong)).status_code == 404


async def test_the_coordination_sees_what_did_not_leave_and_sends_it_again(chain: Chain, settings: Settings) -> None:
    await reader(chain)
    async with mail_server() as server:
        server.answer = lambda _: "550 no"
        await delivered(chain, settings, server)
        browser = await chain.client.login("nadia")
        page = await browser.get("/courriels?etat=failed")
        assert "SMTP 550" in page.text
        mail = await value(chain.database, "SELECT id FROM mail")
        again = await press(browser, "/courriels", f"/courriels/{mail}/reessayer")
        assert "Le courriel part à nouveau." in again.text
        server.answer = lambda _: ""
        assert len(await delivered(chain, settings, server)) == 1
    assert (await press(browser, "/courriels", f"/courriels/{mail}/reessayer")).status_code == 409


async def test_no_log_line_names_a_reader(chain: Chain, settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    await reader(chain)
    async with mail_server() as server:
        server.answer = lambda _: "550 <camille@exemple.fr> unknown"
        await delivered(chain, settings, server)
    said = "".join(capsys.readouterr())
    assert "mail_refused" in said
    assert "camille" not in said


async def test_a_letter_that_became_a_file_is_opened_and_may_do_nothing(chain: Chain, settings: Settings) -> None:
    """In the demonstration nobody has a mailbox: the coordination reads what the service wrote."""
    who = await reader(chain)
    with TemporaryDirectory() as folder:
        files = settings.model_copy(update={"mail_folder": Path(folder), "smtp_host": ""})
        assert await delivered(chain, files, None) == []
        mail = await value(chain.database, "SELECT id FROM mail")
        browser = await chain.client.login("nadia")
        assert (await browser.get(f"/courriels/{mail}")).status_code == 404  # it left for a mailbox
        running: AppState = chain.client.app.state.filiere
        kept, running.settings = running.settings, files
        try:
            page = await browser.get(f"/courriels/{mail}")
            assert f"{settings.public_url}/dons/" in page.text
            assert f'src="/courriels/{mail}/page"' in page.text
            assert "sandbox" in page.text
            assert str(who) in page.text  # the link to stop them stands in the text
            framed = await browser.get(f"/courriels/{mail}/page")
            assert "<h1" in framed.text
            assert framed.headers.get_list("content-security-policy") == [LETTER_POLICY]
            assert framed.headers.get_list("x-frame-options") == ["SAMEORIGIN"]
            assert "sandbox" not in page.headers["content-security-policy"]
            assert (await browser.get("/courriels/01930000-0000-7000-8000-000000000009")).status_code == 404
            assert f'href="/courriels/{mail}"' in (await browser.get("/courriels")).text
            assert (await (await chain.client.login("camille")).get(f"/courriels/{mail}")).status_code == 403
        finally:
            running.settings = kept


async def test_the_list_of_letters_is_filtered_by_state_subject_and_address(chain: Chain) -> None:
    await reader(chain)
    found = await rows(chain.database, "SELECT kind, address FROM mail JOIN mail_reader r ON r.id = reader_id")
    kind, address = found[0]
    browser = await chain.client.login("nadia")
    for query in (f"sujet={kind}", f"q={address[:5].upper()}", f"etat=waiting&q={address}"):
        assert address in (await browser.get(f"/courriels?{query}")).text, query
    for query in ("sujet=donation-declined", "q=personne", "etat=sent"):
        assert address not in (await browser.get(f"/courriels?{query}")).text, query
