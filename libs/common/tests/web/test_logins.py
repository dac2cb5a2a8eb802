"""Logins and their ends in one process: tabs, copied cookies, other services' cookies, the short cache."""

import dataclasses
import re
import ssl

import httpx
import pytest
from filiere.database import Database
from filiere.roles import Role
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, service_client
from filiere.web.login import MOST_PENDING, cookie_name
from filiere.web.memberships import CACHE_SECONDS, Memberships, end_sessions, grant, show_out

from .shelf import LENS, SHELF

COOKIE = cookie_name(SHELF.name)


async def answered(begun: httpx.Response, subject: str = "lea") -> str:
    """What the provider sends the person back with, after they chose who they are."""
    async with httpx.AsyncClient(timeout=30) as outside:
        return (await outside.post(begun.headers["location"], data={"sub": subject})).headers["location"]


async def csrf_of(browser: httpx.AsyncClient) -> str:
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', (await browser.get("/no-such-page")).text)
    assert found
    return found[1]


@pytest.mark.parametrize("older_first", [True, False])
async def test_both_of_two_tabs_lead_where_they_wanted_to_go(shelf: ServiceClient, older_first: bool) -> None:
    browser = shelf.anonymous()
    tabs = {
        target: await answered(await browser.get("/login", params={"next": target}))
        for target in ("/shelf?a", "/shelf?b")
    }
    for target in sorted(tabs, reverse=not older_first):
        there = await browser.get(tabs[target])
        assert (there.status_code, there.headers["location"]) == (303, target)
    assert (await browser.get("/shelf")).status_code == 200


async def test_whoever_is_logged_in_goes_straight_on_and_as_somebody_else_is_asked(
    shelf: ServiceClient, database: Database, shelf_settings: Settings
) -> None:
    browser = await shelf.login("lea")
    browser.follow_redirects = False
    for asked in ({"next": "/shelf?a"}, {"next": "/shelf?a", "hint": "lea"}):
        there = await browser.get("/login", params=asked)
        assert (there.status_code, there.headers["location"]) == (303, "/shelf?a")
    for hostile in ("https://elsewhere.example/", "//elsewhere.example/", "/\t/elsewhere.example"):
        assert (await browser.get("/login", params={"next": hostile})).headers["location"] == "/"
    other = await browser.get("/login", params={"next": "/shelf?a", "hint": "max"})
    assert other.headers["location"].startswith(shelf_settings.oidc_issuer)
    async with database.unit_of_work() as session:
        await end_sessions(session, shelf_settings, subject="lea")
    shelf.app.state.filiere.memberships.forget_all()
    ended = await browser.get("/login", params={"next": "/shelf?a", "hint": "lea"})
    assert ended.headers["location"].startswith(shelf_settings.oidc_issuer), "not round and round"


async def test_one_login_opens_another_service_too_until_the_logout(
    shelf: ServiceClient, shelf_settings: Settings, database: Database
) -> None:
    """The provider of the demonstration knows who logged in a moment ago, as any provider does."""
    other = dataclasses.replace(SHELF, name="cupboard")
    async with service_client(other, shelf_settings, database) as cupboard, httpx.AsyncClient(timeout=30) as provider:
        here, there = shelf.anonymous(), cupboard.anonymous()
        chosen = await provider.post((await here.get("/login")).headers["location"], data={"sub": "lea"})
        assert (await here.get(chosen.headers["location"])).status_code == 303

        begun = (await there.get("/login", params={"next": "/shelf", "hint": "lea"})).headers["location"]
        known = await provider.get(begun)
        assert known.is_redirect, "nobody is asked who they are"
        arrived = await there.get(known.headers["location"])
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/shelf")
        assert (await there.get("/shelf")).status_code == 200

        for params in ({"hint": "max"}, {}):  # somebody else, or nobody is named: the person says who they are
            begun = (await cupboard.anonymous().get("/login", params=params)).headers["location"]
            asked = await provider.get(begun)
            assert (asked.status_code, asked.text.count('name="sub"') > 0) == (200, True)

        out = f"{shelf_settings.oidc_issuer}/oauth2/end_session"
        assert (await provider.get(out, params={"post_logout_redirect_uri": "http://here/"})).is_redirect
        begun = (await cupboard.anonymous().get("/login", params={"hint": "lea"})).headers["location"]
        assert (await provider.get(begun)).status_code == 200


async def test_an_answer_that_nobody_waits_for_any_more_leads_on(shelf: ServiceClient) -> None:
    browser = shelf.anonymous()
    tabs = [await answered(await browser.get("/login", params={"next": "/t"})) for _ in range(MOST_PENDING + 2)]
    again = await browser.get(tabs[0])  # forgotten, and nobody is logged in yet: the login begins anew
    assert again.is_redirect
    assert (await browser.get(await answered(again))).status_code == 303
    assert (await browser.get("/shelf")).status_code == 200
    old = await browser.get(tabs[1])  # forgotten, and somebody is logged in
    assert (old.status_code, old.headers["location"]) == (303, "/")
    last = await browser.get(tabs[-1])
    assert (last.status_code, last.headers["location"]) == (303, "/t")
    assert (await browser.get(tabs[-1])).headers["location"] == "/"  # the back button


async def test_a_browser_that_keeps_no_cookies_is_told_so_instead_of_going_round(shelf: ServiceClient) -> None:
    begun = await answered(await shelf.anonymous().get("/login"))
    again = await shelf.anonymous().get(begun)
    assert again.is_redirect
    assert (await shelf.anonymous().get(await answered(again))).status_code == 400


async def test_logins_under_way_never_outgrow_a_cookie(shelf: ServiceClient) -> None:
    browser = shelf.anonymous()
    for _ in range(12):
        await browser.get("/login", params={"next": "/" + "a" * 5000})
        assert len(browser.cookies[COOKIE]) < 4000


async def test_a_copied_cookie_opens_nothing_after_the_logout(shelf: ServiceClient) -> None:
    browser = await shelf.login("lea")
    other = await shelf.login("lea")
    copy = shelf.anonymous(cookie=f"{COOKIE}={browser.cookies[COOKIE]}")
    assert (await copy.get("/shelf")).status_code == 200
    token = await csrf_of(browser)
    browser.follow_redirects = False
    assert (await browser.post("/logout", headers={"x-csrf-token": token})).status_code == 303
    refused = await copy.get("/shelf")
    assert refused.status_code == 303
    assert refused.headers["location"].startswith("/login")
    assert (await other.get("/shelf")).status_code == 200  # another browser of the same person


async def test_a_cookie_of_another_service_opens_nothing_though_the_secret_is_the_same(
    shelf: ServiceClient, shelf_settings: Settings, database: Database
) -> None:
    value = (await shelf.login("lea")).cookies[COOKIE]
    other = dataclasses.replace(SHELF, name="cupboard")
    async with service_client(other, shelf_settings, database) as elsewhere:
        carried = elsewhere.anonymous(cookie=f"{cookie_name('cupboard')}={value}")
        assert (await carried.get("/shelf")).status_code == 303
        assert (await (await elsewhere.login("lea")).get("/shelf")).status_code == 200


async def test_an_end_is_known_within_the_promised_five_seconds(
    database: Database, shelf_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("filiere.web.memberships.time.monotonic", lambda: now)
    async with database.unit_of_work() as session:
        await grant(session, "max", Role.WORKSHOP, LENS)
    known = Memberships(database, shelf_settings)
    began = await known.moment()
    assert await known.admit("max", "Max", began, "s1") is not None
    async with database.unit_of_work() as session:
        await end_sessions(session, shelf_settings, subject="max")
    assert await known.admit("max", "Max", began, "s1") is not None  # by the cache
    assert CACHE_SECONDS <= 5  # as the page « Accès », docs/operations.md and decision 0024 say
    now += CACHE_SECONDS
    assert await known.admit("max", "Max", began, "s1") is None
    assert await known.admit("max", "Max", await known.moment(), "s2") is not None  # logged in since


async def test_each_end_reaches_whom_it_names_and_nobody_else(database: Database, shelf_settings: Settings) -> None:
    async with database.unit_of_work() as session:
        for subject in ("max", "mia"):
            await grant(session, subject, Role.WORKSHOP, LENS)
        await grant(session, "zoe", Role.COORDINATOR)
    known = Memberships(database, shelf_settings)
    people = ("max", "mia", "zoe", "guest")

    async def inside(began: float) -> set[str]:
        return {one for one in people if await known.admit(one, one, began, "s", fresh=True) is not None}

    began = await known.moment()
    assert await inside(began) == set(people)
    async with database.unit_of_work() as session:
        await end_sessions(session, shelf_settings, organisation_id=LENS)
    assert await inside(began) == {"zoe", "guest"}
    began = await known.moment()
    assert await inside(began) == set(people)
    async with database.unit_of_work() as session:
        assert await show_out(session, "max") == 1
    assert await inside(began) == {"mia", "zoe", "guest"}
    async with database.unit_of_work() as session:
        await end_sessions(session, shelf_settings, everybody=True)
    assert await inside(began) == set()
    assert await inside(await known.moment()) == set(people)
    again = await known.admit("max", "max", await known.moment(), "s", fresh=True)
    assert again is not None
    assert again.memberships == ()


async def test_a_login_reads_no_certificate_authorities(shelf: ServiceClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading them holds everybody for 20 ms: it is done once, when the service starts."""

    def read(*_: object, **__: object) -> ssl.SSLContext:
        raise AssertionError("the certificate authorities are read once more")

    browser = shelf.anonymous()
    with monkeypatch.context() as patch:
        patch.setattr(ssl, "create_default_context", read)
        begun = await browser.get("/login")
    back = await answered(begun)  # of the person's own browser
    with monkeypatch.context() as patch:
        patch.setattr(ssl, "create_default_context", read)
        assert (await browser.get(back)).is_redirect
