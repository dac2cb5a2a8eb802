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
async def under_a_path(shelf_settings: Settings, database: Database) -> AsyncIterator[ServiceClient]:
    settings = shelf_settings.model_copy(update={"public_url": "http://testserver/atelier"})
    async with service_client(SHELF, settings, database) as client:
        await client.grant("lea", "workshop", LENS)
        yield client


@pytest.mark.slow
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


async def test_a_fragment_whose_session_has_ended_comes_back_inside(under_a_path: ServiceClient) -> None:
    asked = {"hx-request": "true", "hx-current-url": "http://testserver/atelier/shelf?q=a"}
    sent = await under_a_path.anonymous().get("/shelf", headers=asked)
    assert (sent.status_code, sent.headers["hx-redirect"]) == (401, "/atelier/login?next=%2Fshelf%3Fq%3Da")


async def test_after_the_login_a_person_is_where_they_wanted_to_go(under_a_path: ServiceClient) -> None:
    browser = under_a_path.anonymous()
    leave = await browser.get("/login", params={"hint": "lea", "next": "/shelf?q=a"})
    async with httpx.AsyncClient(timeout=30) as outside:
        back = await outside.post(leave.headers["location"], data={"sub": "lea"})
    landed = await browser.get(back.headers["location"])
    assert landed.headers["location"] == "/atelier/shelf?q=a"
    assert "path=/atelier;" in landed.headers["set-cookie"].lower(), "no other service under this host gets the session"


async def test_the_path_alone_is_the_front_page(under_a_path: ServiceClient) -> None:
    browser = await under_a_path.login("lea")
    assert "Accueil" in (await browser.get("http://testserver/atelier")).text


async def test_an_address_that_only_takes_forms_leads_to_the_page_above_it(under_a_path: ServiceClient) -> None:
    sent = await (await under_a_path.login("lea")).get("/shelf/FIL-1/again?lang=en", follow_redirects=False)
    assert sent.headers["location"] == "/atelier/shelf/FIL-1?lang=en"


async def test_a_proxy_may_take_the_path_off(under_a_path: ServiceClient) -> None:
    """Then what is asked for comes without it; what a page leads to is under it all the same."""
    browser = await under_a_path.login("lea")
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(under_a_path.app), base_url="http://testserver"
    ) as inside:
        shown = await inside.get("/gallery?q=hp&statut=in_process", headers={"cookie": cookie})
    found = ADDRESSES.findall(shown.text)
    assert found
    assert [one for one in found if not one.startswith("/atelier/")] == []


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
