"""Which tokens open the API: only access tokens, of our issuer, for our audience, still valid, properly signed."""

import asyncio
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from filiere.web.bearer import InvalidToken, ProviderUnreachable, TokenVerifier
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey


class Issuer:
    """A provider's two documents over real HTTP, with keys that a test can turn."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)
        self.fetched = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/jwks":
                    outer.fetched += 1
                    body: dict[str, Any] = {"keys": [{**outer.key.as_dict(private=False), "kid": outer.key.kid}]}
                else:
                    body = {"issuer": outer.address, "jwks_uri": f"{outer.address}/jwks"}
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def token(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        now = int(time.time())
        body = {"iss": self.address, "aud": ["filiere"], "sub": "lea", "iat": now, "exp": now + 600, **claims}
        body = {name: value for name, value in body.items() if value is not None}
        said = {"alg": "RS256", "kid": self.key.kid, "typ": "at+jwt", **(header or {})}
        protected = {name: value for name, value in said.items() if value is not None}
        # Escapes in JSON can say what no text can be: half of a surrogate pair.
        return jws.serialize_compact(protected, json.dumps(body), key or self.key)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def provider() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.close()


@pytest.fixture
async def verifier(provider: Issuer) -> Any:
    made = TokenVerifier(provider.address + "/", "filiere")
    yield made
    await made.close()


async def test_an_access_token_says_who_calls(provider: Issuer, verifier: TokenVerifier) -> None:
    claims = await verifier.verify(provider.token({"typ": "at+jwt"}, name="Léa"))
    assert (claims.subject, claims.name) == ("lea", "Léa")
    keycloak = await verifier.verify(
        provider.token({"typ": "JWT"}, typ="Bearer", preferred_username="lea.d", nonce="n")
    )
    assert keycloak.name == "lea.d"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://other"},
        {"aud": ["other"]},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"nbf": 9_999_999_999},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a\0b"},
        {"sub": "a" * 300},
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(
    provider: Issuer, verifier: TokenVerifier, claims: dict[str, Any]
) -> None:
    with pytest.raises(InvalidToken):
        await verifier.verify(provider.token(**claims))


NOT_ACCESS = [
    {},  # as an ID token of a provider that sends no nonce
    {"typ": "ID"},
    {"typ": "Refresh"},
    {"nonce": "an ID token has one", "scope": "openid"},
    {"at_hash": "so too", "scope": "openid"},
    {"events": {}, "scope": "openid"},
]


@pytest.mark.parametrize("claims", NOT_ACCESS)
@pytest.mark.parametrize("takes_plain", [False, True])
@pytest.mark.parametrize("kind", ["JWT", None])
async def test_what_does_not_say_that_it_is_an_access_token_is_none(
    provider: Issuer, claims: dict[str, Any], takes_plain: bool, kind: str | None
) -> None:
    verifier = TokenVerifier(provider.address, "filiere", takes_plain=takes_plain)
    with pytest.raises(InvalidToken):
        await verifier.verify(provider.token({"typ": kind}, **claims))
    await verifier.close()


async def test_a_provider_whose_access_tokens_do_not_say_so_can_be_allowed_for(provider: Issuer) -> None:
    token = provider.token({"typ": "JWT"}, scope="openid profile")
    strict, lenient = (TokenVerifier(provider.address, "filiere", takes_plain=plain) for plain in (False, True))
    with pytest.raises(InvalidToken):
        await strict.verify(token)
    assert (await lenient.verify(token)).subject == "lea"
    await strict.close()
    await lenient.close()


async def test_a_token_signed_by_somebody_else_is_refused(provider: Issuer, verifier: TokenVerifier) -> None:
    other = RSAKey.generate_key(2048)
    with pytest.raises(InvalidToken):
        await verifier.verify(provider.token(key=other))


async def test_unsigned_and_shared_secret_tokens_are_refused(provider: Issuer, verifier: TokenVerifier) -> None:
    signed = provider.token()
    header = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    for forged in (
        f"{header}.{signed.split('.')[1]}.",
        provider.token({"alg": "HS256"}, OctKey.import_key("a shared secret of 32 characters")),
        "nonsense",
        "a.b.c",
    ):
        with pytest.raises(InvalidToken):
            await verifier.verify(forged)


async def test_turned_keys_are_fetched_again_but_never_in_a_flood(
    provider: Issuer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(provider.token())
    provider.key = RSAKey.generate_key(2048, auto_kid=True)
    for _ in range(3):
        with pytest.raises(InvalidToken):
            await verifier.verify(provider.token())
    assert provider.fetched == 1
    monkeypatch.setattr("filiere.web.bearer.REFRESH_AT_MOST_EVERY", 0.0)
    assert (await verifier.verify(provider.token())).subject == "lea"
    assert provider.fetched == 2


async def test_a_verified_token_is_not_verified_again_until_it_expires(
    provider: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("filiere.web.bearer.time.time", lambda: now)
    verifier = TokenVerifier(provider.address, "filiere")
    token = provider.token()
    first = await verifier.verify(token)
    assert await verifier.verify(token) is first
    now += 3600
    with pytest.raises(InvalidToken):
        await verifier.verify(token)
    await verifier.close()


async def test_a_provider_that_does_not_answer_is_not_the_callers_fault() -> None:
    verifier = TokenVerifier("http://127.0.0.1:1", "filiere")
    with pytest.raises(ProviderUnreachable):
        await verifier.verify("a.b.c")
    await verifier.close()


class Silent:
    """A provider that takes connections and never answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.open: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> "Silent":
        async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.asked += 1
            self.open.append(writer)

        self.server = await asyncio.start_server(take, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for writer in self.open:
            writer.close()
        self.server.close()


async def test_all_who_wait_for_a_silent_provider_wait_for_one_question() -> None:
    async with Silent() as silent:
        verifier = TokenVerifier(silent.address, "filiere", timeout=1.0)  # long enough for all of them to ask
        outcomes = await asyncio.gather(*(verifier.verify(f"a.{n}.c") for n in range(200)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {ProviderUnreachable}
        assert silent.asked == 1
        with pytest.raises(ProviderUnreachable):  # remembered: nobody waits again
            await verifier.verify("a.b.c")
        assert silent.asked == 1
        await verifier.close()


async def test_a_provider_that_fell_silent_holds_up_nobody_whose_key_is_known(
    provider: Issuer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(provider.token())
    monkeypatch.setattr("filiere.web.bearer.REFRESH_AT_MOST_EVERY", 0.0)
    async with Silent() as silent:
        verifier.issuer = silent.address
        stranger = RSAKey.generate_key(2048, auto_kid=True)
        waiting = asyncio.create_task(verifier.verify(provider.token({"kid": stranger.kid}, stranger)))
        while not silent.asked:
            await asyncio.sleep(0.01)
        good = provider.token(iss=silent.address, sub="lou")
        assert (await verifier.verify(good)).subject == "lou"
        assert not waiting.done()
        waiting.cancel()


async def test_a_caller_that_goes_away_leaves_the_question_to_the_others(
    provider: Issuer, verifier: TokenVerifier
) -> None:
    first = asyncio.create_task(verifier.verify(provider.token()))
    second = asyncio.create_task(verifier.verify(provider.token(sub="lou")))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).subject == "lou"
    assert provider.fetched == 1
