"""A signed token, or a true login, of somebody whose subject no database keeps: refused, and nothing written."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from filiere.database import Database
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, service_client
from filiere.testing.sql import value
from filiere.web.principal import LONGEST, shown_name

from .shelf import LENS, SHELF
from .test_bearer import Issuer

CONTROLS = [*map(chr, range(0x20)), "\x7f", *map(chr, range(0x80, 0xA0))]
UNKEPT = [*CONTROLS, "\ud800", "\udfff", "\u2028", "\u202e", "\ufeff", "\ufffe"]
DEVICE = {"label": "FIL-1", "weight": 3}


@pytest.fixture
def provider() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


@pytest.fixture
async def trusting(shelf_settings: Settings, database: Database, provider: Issuer) -> AsyncIterator[ServiceClient]:
    """The shelf, which takes what the test signs; lea works at Lens."""
    settings = shelf_settings.model_copy(update={"oidc_issuer": provider.address})
    async with service_client(SHELF, settings, database) as client:
        await client.grant("lea", "workshop", LENS)
        yield client


async def kept(database: Database) -> dict[str, int]:
    tables = ("device", "outbox", "idempotency_key", "membership")
    return {table: await value(database, f"SELECT count(*) FROM {table}") for table in tables}


async def call(trusting: ServiceClient, provider: Issuer, **claims: Any) -> list[httpx.Response]:
    """A list asked for, and a command given once and only once."""
    token = {"authorization": f"Bearer {provider.token(**claims)}"}
    http = trusting.anonymous()
    return [
        await http.get("/api/v1/devices", headers=token),
        await http.post("/api/v1/devices", json=DEVICE, headers=token | {"idempotency-key": "once"}),
    ]


async def test_a_signed_subject_that_cannot_be_kept_is_refused_and_writes_nothing(
    trusting: ServiceClient, provider: Issuer, database: Database
) -> None:
    before = await kept(database)
    answered = {}
    for character in UNKEPT:
        for subject in (f"lea{character}", f"{character}lea", f"l{character}ea"):
            answers = await call(trusting, provider, sub=subject)
            assert all("invalid_token" in answer.headers.get("www-authenticate", "") for answer in answers), subject
            answered[subject] = [answer.status_code for answer in answers]
    assert {tuple(codes) for codes in answered.values()} == {(401, 401)}
    assert await kept(database) == before
    assert [answer.status_code for answer in await call(trusting, provider, sub="lea")] == [200, 201]


@pytest.mark.parametrize("subject", ["lea\0", "\x01lea", "le\x7fa", "le\u0085a", "le\u2028a"])
async def test_a_login_of_such_a_subject_opens_no_session(
    shelf: ServiceClient, database: Database, subject: str
) -> None:
    before = await kept(database)
    browser = shelf.anonymous()
    leave = await browser.get("/login", params={"next": "/shelf"})
    async with httpx.AsyncClient(timeout=30) as outside:
        back = await outside.post(leave.headers["location"], data={"sub": subject})
    refused = await browser.get(back.headers["location"])
    assert refused.status_code == 400
    assert "La connexion n&#39;a pas abouti" in refused.text
    assert (await browser.get("/shelf")).headers["location"].startswith("/login")
    assert await kept(database) == before


async def test_a_name_that_cannot_be_kept_shuts_nobody_out(trusting: ServiceClient, provider: Issuer) -> None:
    for name in ("Léa\0Martin", "\ud800", "\u202eaéL", "L" * 10_000):
        answers = await call(trusting, provider, sub="lea", name=name)
        assert answers[0].status_code == 200
    assert shown_name("Léa\0 \u202eMartin\n", "lea") == "Léa Martin"
    assert shown_name("\ud800\0", "lea") == shown_name(7, "lea") == "lea"
    assert len(shown_name("L" * 10_000, "lea")) == LONGEST
