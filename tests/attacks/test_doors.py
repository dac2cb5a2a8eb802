"""The other ways in: addresses that lead elsewhere, files outside the folder, cookies, hosts, methods, headers."""

import asyncio
import base64
import json
import re
from urllib.parse import quote, unquote, urlsplit

import httpx
import pytest
from filiere.database import Database
from filiere.service import Service, installed_services
from filiere.testing.client import ServiceClient, service_client
from filiere.testing.engines import Databases
from filiere.web import Role, routes_with_access
from filiere.web.login import safe_next

WHO = "coordinator"
ELSEWHERE = (
    "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "\t//evil.example", "/\n/evil.example", "%2F%2Fevil.example", "/%09/evil.example",
    "/%5cevil.example", "http:evil.example", "https:/evil.example", "javascript:alert(1)", "data:text/html,x",
    "/..//evil.example", "//evil.example@testserver", "https://testserver@evil.example", "/.evil.example//",
    "//[evil.example", "/\\/evil.example", "\u2215\u2215evil.example", "/ok\r\nLocation: https://evil.example",
    "/ok\r\nSet-Cookie: a=b", "x" * 5000, "", "\x00//evil.example",
)  # fmt: skip
OUTSIDE = (
    "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd",
    "....//....//etc/passwd", "/etc/passwd", "//etc/passwd", "%00", "ui.css%00.png", "ui.css/../../app.py", "../app.py",
    ".%2e/settings.py", "templates/layout.html", "file:///etc/passwd", "C:\\boot.ini", "%c0%ae%c0%ae/etc/passwd", "",
    ".", "..", "~root", "ui.css/", "UI.CSS",
)  # fmt: skip


@pytest.fixture(scope="session")
def service() -> Service:
    """One for all: these doors are the kit's, the same in each service."""
    return installed_services()[0]


@pytest.fixture
async def door(client: ServiceClient) -> ServiceClient:
    await client.grant(WHO, Role.COORDINATOR)
    return client


async def test_login_leads_nowhere_but_here(door: ServiceClient) -> None:
    faults = [f"{target!r}: {next_}" for target in ELSEWHERE if not _is_ours(next_ := safe_next(target), door)]
    async with httpx.AsyncClient(timeout=30) as provider:
        for target in ELSEWHERE[:4]:
            browser = door.anonymous()
            leave = await browser.get("/login", params={"next": target, "hint": WHO})
            back = await provider.post(leave.headers["location"], data={"sub": WHO})
            landed = (await browser.get(back.headers["location"])).headers["location"]
            if not _is_ours(landed, door) or "set-cookie" in landed.lower():
                faults.append(f"{target!r} leads to {landed!r}")
    assert faults == []


async def test_no_address_redirects_elsewhere(door: ServiceClient) -> None:
    """Also not by its own spelling, and not by what a request says of its host."""
    browser = await door.login(WHO)
    faults = []
    for path in ("//evil.example", "//evil.example/..", "/\\evil.example", "/%2f/evil.example", "/login/", "/dons/"):
        for headers in (
            {},
            {"host": "evil.example"},
            {"x-forwarded-host": "evil.example", "x-forwarded-proto": "evil"},
        ):
            answer = await browser.get(path, headers=headers, follow_redirects=False)
            location = answer.headers.get("location", "/")
            if not _is_ours(location, door):
                faults.append(f"{path} with {headers} leads to {location}")
    for path in ("/", "/login", "/no-such-page", "/api/v1/nothing"):
        for headers in (
            {"host": "evil.example"},
            {"forwarded": "host=evil.example"},
            {"x-original-url": "//evil.example"},
        ):
            answer = await browser.get(path, headers=headers, follow_redirects=False)
            if "evil.example" in answer.text + answer.headers.get("location", ""):
                faults.append(f"{path} repeats the host of {headers}")
    assert faults == []


async def test_static_files_are_only_those_of_the_folder(door: ServiceClient) -> None:
    http = door.anonymous()
    version = re.search(r"/static/(\w+)/", (await http.get("/login/nothing")).text)
    assert version
    assert (await http.get(f"/static/{version.group(1)}/ui.css")).status_code == 200
    for name in OUTSIDE:
        for prefix in ("/static/", f"/static/{version.group(1)}/", "/static/../"):
            raw = (prefix + name).encode("utf-8", "surrogateescape").replace(b"\\", b"%5c")
            answer = await http.get(httpx.URL(door.settings.public_url).copy_with(raw_path=raw))
            assert answer.status_code in (303, 404, 405), f"{raw!r}: {answer.status_code}"
            assert "root:" not in answer.text
            assert "import " not in answer.text


async def test_a_cookie_that_was_touched_is_nobodys(door: ServiceClient) -> None:
    browser = await door.login(WHO)
    name, good = next(iter(browser.cookies.items()))
    assert (await _home(door, name, good)).status_code != 303
    payload, _, signature = good.partition(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    raised = base64.b64encode(json.dumps({**said, "sub": "service"}).encode()).decode()
    another = "B" if signature[:1] == "A" else "A"
    for touched in (
        f"{raised}.{signature}", f"{payload}.", payload, f"{payload}.AAAA.{'A' * 27}", f".{signature}",
        f"{payload}.{another}{signature[1:]}", "", "null", "e30=", good + "A", good.swapcase(), good[::-1],
        base64.b64encode(b"\x80\x04N.").decode(), "A" * 100_000,
    ):  # fmt: skip
        answer = await _home(door, name, touched)
        assert answer.status_code == 303, touched[:60]
        assert answer.headers["location"].startswith("/login?")


async def test_a_cookie_of_one_service_opens_no_other(
    service: Service, door: ServiceClient, databases: Databases
) -> None:
    """Same secret, same person, who may act in both: still each service has sessions of its own."""
    other = next(each for each in installed_services() if each.name != service.name)
    browser = await door.login(WHO)
    own, value = next(iter(browser.cookies.items()))
    url = await databases.clone(await asyncio.to_thread(databases.template, other))
    try:
        fields = {"database_url": url, "oidc_issuer": door.settings.oidc_issuer, "public_url": "http://testserver"}
        settings = other.settings(session_secret=door.settings.session_secret, **fields)
        database = Database(url, pool_size=2)
        async with service_client(other, settings, database) as client:
            await client.grant(WHO, Role.COORDINATOR)
            right, good = next(iter((await client.login(WHO)).cookies.items()))
            assert (await _home(client, right, good)).status_code == 200
            for name in (own, right):
                answer = await _home(client, name, value)
                assert answer.status_code == 303, f"the session of {service.name} opens {other.name} as {name}"
        await database.dispose()
    finally:
        await databases.drop(url)


async def test_cookies_say_that_scripts_and_other_sites_may_not_have_them(door: ServiceClient) -> None:
    browser = door.anonymous()
    for path in ("/login?hint=x", "/?lang=en", "/?theme=dark"):
        for cookie in (await browser.get(path)).headers.get_list("set-cookie"):
            assert "httponly" in cookie.lower(), cookie
            assert "samesite=" in cookie.lower(), cookie
            assert "domain=" not in cookie.lower(), cookie


async def test_a_method_is_what_the_request_line_says(door: ServiceClient) -> None:
    browser = await door.login(WHO)
    for header in ("x-http-method-override", "x-http-method", "x-method-override"):
        answer = await browser.get("/logout", headers={header: "POST"}, params={"_method": "POST"})
        assert answer.status_code in (200, 303, 405)
    name, value = next(iter(browser.cookies.items()))
    assert (await _home(door, name, value)).status_code != 303, "a GET has logged somebody out"
    for method in ("TRACE", "CONNECT", "TRACK", "DEBUG", "PROPFIND", "GETX"):
        answer = await browser.request(method, "/", headers={"x-secret": "told-nobody"})
        assert answer.status_code in (404, 405, 501), method
        assert "told-nobody" not in answer.text


async def test_no_header_is_written_by_the_one_who_asks(door: ServiceClient) -> None:
    browser = await door.login(WHO)
    bad = "a\r\nX-Injected: yes"
    for path in (
        f"/login?next={quote('/' + bad)}&hint={quote(bad)}", f"/?lang={quote(bad)}&theme={quote(bad)}",
        f"/{quote(bad)}", f"/?page={quote(bad)}&sort={quote(bad)}&q={quote(bad)}",
    ):  # fmt: skip
        answer = await browser.get(path, follow_redirects=False)
        assert "x-injected" not in answer.headers, path
        assert answer.status_code < 500, path
    for sent in ("a b c d e f", "é" * 10, "<script>x</script>", "x" * 65, "short"):
        answer = await browser.get("/", headers={b"x-correlation-id": sent.encode()})
        assert answer.headers["x-correlation-id"] != sent
    for language in ("../../etc/passwd", "fr\0", "en;q=9", "x" * 10_000, "*"):
        answer = await browser.get("/", headers={b"accept-language": language.encode()})
        assert answer.status_code < 500


def _is_ours(location: str, client: ServiceClient) -> bool:
    """As a browser reads it: backslashes are slashes, tabs and line ends are nothing."""
    read = re.sub(r"[\t\r\n]", "", location).replace("\\", "/").lstrip(" \0")
    parts = urlsplit(read)
    own = urlsplit(client.settings.public_url).netloc
    provider = urlsplit(client.settings.oidc_issuer).netloc
    return (not parts.netloc and not parts.scheme and not unquote(read).startswith("//")) or (
        parts.netloc in (own, provider) and parts.scheme in ("http", "https")
    )


def _page_of(client: ServiceClient) -> str:
    """A page for coordinators that any of the services has."""
    return next(path for path in ("/donateurs", "/ateliers", "/relais") if path in _paths(client))


def _paths(client: ServiceClient) -> set[str]:
    return {path for _, path, _ in routes_with_access(client.app)}


async def _home(client: ServiceClient, name: str, value: str) -> httpx.Response:
    return await client.anonymous(cookie=f"{name}={value}").get(_page_of(client), follow_redirects=False)
