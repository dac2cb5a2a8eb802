"""A service that people reach under a path of a shared host name."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from filiere.database import Database
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, service_client

from .shelf import LENS, SHELF

ADDRESSES = re.compile(r'\s(?:href|src|action|formaction|hx-post|hx-get)="(/[^"]*)"')


@pytest.fixture
async def under_a_path(shelf_settings: Settings, shelf_database: Database) -> AsyncIterator[ServiceClient]:
    settings = shelf_settings.model_copy(update={"public_url": "http://testserver/atelier"})
    async with service_client(SHELF, settings, shelf_database) as client:
        await client.grant("lea", "workshop", LENS)
        yield client


async def test_a_person_logs_in_and_every_address_of_every_page_leads_somewhere(under_a_path: ServiceClient) -> None:
    browser = await under_a_path.login("lea")
    seen: set[str] = set()
    waiting = ["/atelier/shelf"]
    while waiting:
        address = waiting.pop().partition("#")[0].replace("&amp;", "&")
        if address in seen:
            continue
        seen.add(address)
        answer = await browser.get(f"http://testserver{address}")
        assert answer.status_code in (200, 404, 405), address
        if answer.headers["content-type"].startswith("text/html"):
            assert len(answer.content) == int(answer.headers["content-length"])
            found = ADDRESSES.findall(answer.text)
            assert [one for one in found if not one.startswith("/atelier/")] == []
            waiting += [one for one in found if "/logout" not in one]
    assert any("/static/" in address for address in seen)


async def test_a_redirect_leads_to_the_same_path(under_a_path: ServiceClient) -> None:
    sent = await under_a_path.anonymous().get("/shelf?x=1")
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/atelier/login?next=")
    assert "atelier" not in sent.headers["location"].partition("?")[2], "where to go afterwards is an address inside"


async def test_the_provider_sends_people_back_under_the_path(under_a_path: ServiceClient) -> None:
    leave = await under_a_path.anonymous().get("/login", params={"hint": "lea"})
    assert "redirect_uri=http%3A%2F%2Ftestserver%2Fatelier%2Flogin%2Fcallback" in leave.headers["location"]


async def test_probes_and_programs_need_no_path(under_a_path: ServiceClient) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(under_a_path.app), base_url="http://pod") as inside:
        assert (await inside.get("/health/live")).status_code == 200
        assert (await inside.get("/metrics")).status_code == 200
        assert (await inside.get("/ateliers/health/live")).status_code == 404


async def test_what_people_wrote_is_shown_as_they_wrote_it(under_a_path: ServiceClient) -> None:
    browser = await under_a_path.login("lea")
    answer = await browser.get("/shelf", params={"q": ' href="/elsewhere'})
    assert 'href="/atelier/elsewhere' not in answer.text
