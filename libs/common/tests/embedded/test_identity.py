"""The embedded provider: one click to be somebody, tokens a service can check by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from filiere.embedded.identity import EmbeddedIdentity, LoginRefused, token_for
from filiere.embedded.people import AUDIENCE, Person
from joserfc import jwt
from joserfc.jwk import KeySet

PEOPLE = [
    Person("claire", "Claire Martin", "claire@coordination.example", "coordinatrice"),
    Person("amina", "Amina Benali", "amina@relais.example", "travailleuse sociale"),
]
LOGIN = {
    "response_type": "code",
    "client_id": "filiere",
    "redirect_uri": "http://127.0.0.1:1/callback",
    "scope": "openid",
    "state": "state",
    "nonce": "nonce",
}


@pytest.fixture
async def identity(tmp_path: Path) -> AsyncIterator[EmbeddedIdentity]:
    async with EmbeddedIdentity(tmp_path / "identity", PEOPLE) as identity:
        yield identity


async def claims(identity: EmbeddedIdentity, token: str) -> dict[str, object]:
    async with httpx.AsyncClient() as client:
        keys = KeySet.import_key_set((await client.get(f"{identity.issuer}/jwks")).json())
    return jwt.decode(token, keys, algorithms=["RS256"]).claims


@pytest.mark.slow
async def test_a_token_names_its_person_and_survives_a_restart_of_the_provider(identity: EmbeddedIdentity) -> None:
    token = await token_for(identity.issuer, "filiere", "secret", "amina")
    read = await claims(identity, token)
    assert (read["iss"], read["sub"], read["aud"], read["name"]) == (
        identity.issuer,
        "amina",
        [AUDIENCE],
        "Amina Benali",
    )

    identity.kill()
    await identity.start()

    assert (await claims(identity, token))["sub"] == "amina"


async def test_the_login_page_offers_everybody_and_puts_the_hinted_person_first(identity: EmbeddedIdentity) -> None:
    async with httpx.AsyncClient() as client:
        page = await client.get(f"{identity.issuer}/oauth2/authorize", params={**LOGIN, "login_hint": "amina"})
    assert page.text.index('value="amina"') < page.text.index('value="claire"')
    assert "Continuer comme Amina Benali" in page.text
    assert "https://" not in page.text  # nothing is fetched from elsewhere
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.slow
async def test_going_back_without_logging_in_gives_no_token(identity: EmbeddedIdentity) -> None:
    async with httpx.AsyncClient() as client:
        back = await client.post(f"{identity.issuer}/oauth2/authorize", params=LOGIN, data={"action": "deny"})
    assert "error=access_denied" in back.headers["location"]


@pytest.mark.slow
async def test_people_cannot_be_rewritten_from_outside(identity: EmbeddedIdentity) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.put(f"{identity.issuer}/users/claire", json={"name": "Somebody else"})
    assert answer.status_code == 404


@pytest.mark.slow
async def test_no_interactive_debugger_is_served(identity: EmbeddedIdentity) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(
            f"{identity.issuer}/", params={"__debugger__": "yes", "cmd": "resource", "f": "debugger.js"}
        )
    assert "openDebuggerConsole" not in answer.text
    assert "docConsole" not in answer.text


@pytest.mark.slow
async def test_a_refusal_carries_the_providers_words(identity: EmbeddedIdentity) -> None:
    with pytest.raises(LoginRefused, match="was not let in"):
        await token_for(identity.issuer, "filiere", "secret", "")
