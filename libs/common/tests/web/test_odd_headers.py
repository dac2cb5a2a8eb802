"""What stands in headers, tokens and addresses is anybody's word: refused or passed over, never a crash."""

import pytest
from filiere.testing.client import ServiceClient
from filiere.web.login import safe_next

HEADERS: list[dict[str, str]] = [
    {"x-csrf-token": "é"},
    {"hx-request": "true", "hx-current-url": "http://[x"},
    {"hx-request": "true", "hx-current-url": "//\xff"},
    {"host": "[::"},
    {"referer": "http://[x"},
    {"accept-language": "x;q=nan, fr;q=1e999, en;q=--"},
    {"cookie": 'lang=\xff; theme=\xfe; a="\\777"; filiere_shelf=\xff.\xff.\xff'},
    {"authorization": "Bearer \xff.\xfe.\xff"},
    {"authorization": "Bearer " + "a." * 5000},
    {"authorization": "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6WyJhIl19.e30.AA"},
    {"traceparent": "00-zz-11-01"},
    {"sec-fetch-site": "\xff"},
    {"x-correlation-id": "\xff" * 3000},
    {"idempotency-key": "\xff" * 3000},
    {"if-none-match": "x" * 3000, "if-modified-since": "99999999", "range": "bytes=9-1"},
    {"accept-encoding": "\xff" * 3000, "accept": "\xff/\xff;q=x"},
    {"content-type": "\xff; boundary=\xff", "content-length": "0"},
]
PATHS = [
    "/",
    "/shelf",
    "/shelf/FIL-1",
    "/no-such-page",
    "/api/v1/devices",
    "/login/callback?error=x&state=%ff",
    "/metrics",
]
DAILY = ["/shelf", "/api/v1/devices"]


@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
async def test_an_odd_header_crashes_nothing(shelf: ServiceClient, headers: dict[str, str]) -> None:
    assert await crashes(shelf, headers, DAILY) == []


@pytest.mark.slow
@pytest.mark.parametrize("headers", HEADERS, ids=lambda headers: next(iter(headers)))
async def test_an_odd_header_crashes_nothing_on_any_path(shelf: ServiceClient, headers: dict[str, str]) -> None:
    assert await crashes(shelf, headers, PATHS) == []


async def crashes(shelf: ServiceClient, headers: dict[str, str], paths: list[str]) -> list[str]:
    """What is answered by a fault of ours, to a stranger, a person and a program."""
    sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    faults = []
    for http in (shelf.anonymous(), await shelf.login("lea"), await shelf.as_("lea")):
        for path in paths:
            for method in ("GET", "POST"):
                answer = await http.request(method, path, headers=sent, follow_redirects=False)
                if answer.status_code >= 500:
                    faults.append(f"{method} {path}: {answer.status_code}")
        await http.aclose()
    return faults


async def test_a_token_of_any_letters_is_only_wrong(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    await person.get("/shelf")
    for token in ("é", "😀", "\x7f", "x" * 2000):
        assert (await person.post("/logout", data={"csrf_token": token})).status_code == 403


@pytest.mark.parametrize("target", ["/\t/[x", "/\n/[x", "//[x", "/\\[x", "/\r\n/evil.example", "[x", "http://[x"])
def test_an_address_to_come_back_to_that_is_none_is_the_front_page(target: str) -> None:
    assert safe_next(target) == "/"
