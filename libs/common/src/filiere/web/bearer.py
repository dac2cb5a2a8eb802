"""Bearer tokens of the API: signed JWTs of the issuer, verified here without a round trip.

The access token, as the embedded provider, Keycloak and most others make it: a JWT (RFC 9068) whose `aud` holds
`OIDC_AUDIENCE` (Keycloak: an audience mapper). Opaque access tokens are refused: asking /userinfo was rejected, for
it costs a round trip per call and does not say for which program a token was made. ID, refresh and logout tokens of
the same issuer are refused too: a token must say itself that it is an access token (`typ: at+jwt` in its header, or
Keycloak's claim `typ: Bearer`). For a provider that says neither, `OIDC_PLAIN_ACCESS_TOKENS` takes what names a scope,
which no ID token does, and has nothing of an ID token.

Checked: algorithm (asymmetric only), signature, `iss`, `aud`, `exp`, `nbf`, `iat`, `sub`. Keys are fetched once and
again when a token names an unknown one; verified tokens are kept until they expire. All who wait for keys wait for one
fetch, which is bounded as a whole; that it failed is remembered for a moment, and tokens of known keys never wait.
"""

import asyncio
import hashlib
import time
from dataclasses import dataclass
from typing import Any, ClassVar

import httpx
from cachetools import TLRUCache
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from filiere.web.errors import Unauthenticated, Unavailable
from filiere.web.principal import is_subject, shown_name
from filiere.web.tls import authorities

# No "none", no shared-secret algorithm: whoever can verify such a token could also make one.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
LEEWAY_SECONDS = 30  # clocks of two machines
REFRESH_AT_MOST_EVERY = 5.0  # seconds; unknown key ids must not turn into a flood of requests to the provider
FAILED_FOR = 2.0  # seconds in which a provider that did not answer is not asked again
CACHE_SIZE = 4096


class InvalidToken(Unauthenticated):
    title = "Le jeton d'accès n'est pas valide."
    headers: ClassVar = {"WWW-Authenticate": 'Bearer realm="filiere", error="invalid_token"'}


class ProviderUnreachable(Unavailable):
    title = "Le service d'identité ne répond pas. Réessayez dans un instant."


@dataclass(frozen=True, slots=True)
class Claims:
    """What we keep of a verified token; times in epoch seconds."""

    subject: str
    name: str
    expires_at: float
    issued_at: float


class TokenVerifier:
    """Verifies the tokens of one issuer for one audience. Closed with the app."""

    def __init__(self, issuer: str, audience: str, *, timeout: float = 5.0, takes_plain: bool = False) -> None:
        self.issuer = issuer.rstrip("/")
        self.audience = audience
        self.timeout = timeout
        self.takes_plain = takes_plain
        self._http = httpx.AsyncClient(timeout=timeout, verify=authorities())
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._failed_at = float("-inf")
        self._fetching: asyncio.Task[KeySet] | None = None
        self._verified: TLRUCache[bytes, Claims, float] = TLRUCache(
            CACHE_SIZE, lambda _digest, claims, _now: claims.expires_at, time.time
        )

    async def verify(self, token: str) -> Claims:
        """The token's claims. Raises InvalidToken, or ProviderUnreachable when its keys cannot be fetched."""
        digest = hashlib.blake2b(token.encode(), digest_size=16).digest()
        known = self._verified.get(digest)
        if known is not None:
            return known
        claims = self._verified[digest] = self._check(await self._decode(token))
        return claims

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        await self._http.aclose()

    async def _decode(self, token: str) -> jwt.Token:
        keys = self._keys or await self._fetch_keys()
        try:
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS)
            except (InvalidKeyIdError, JoseError):
                # The provider may have turned its keys since; with one key and no id that looks like a bad signature.
                fresh = await self._fetch_keys()
                if fresh is keys:
                    raise
                return jwt.decode(token, fresh, algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError) as error:
            raise InvalidToken from error

    def _check(self, token: jwt.Token) -> Claims:
        claims = token.claims
        audiences = claims.get("aud")
        expected = {
            "iss": str(claims.get("iss", "")).rstrip("/") == self.issuer,
            "aud": self.audience in (audiences if isinstance(audiences, list) else [audiences]),
            "exp": _number(claims.get("exp")) > time.time() - LEEWAY_SECONDS,
            "nbf": _number(claims.get("nbf", 0)) <= time.time() + LEEWAY_SECONDS,
            "sub": is_subject(claims.get("sub")),
            # Without it nobody could tell whether the token was given out before its person was shown out.
            "iat": _number(claims.get("iat")) > 0,
            "typ": is_access_token(token, takes_plain=self.takes_plain),
        }
        wrong = [name for name, right in expected.items() if not right]
        if wrong:
            raise InvalidToken(None, claims=wrong)
        subject = claims["sub"]
        name = shown_name(claims.get("name") or claims.get("preferred_username"), subject)
        return Claims(subject, name, _number(claims["exp"]), _number(claims.get("iat")))

    async def _fetch_keys(self) -> KeySet:
        """The provider's keys, asked for by one task however many wait for it. Raises ProviderUnreachable."""
        now = time.monotonic()
        if self._keys is not None and now - self._fetched_at < REFRESH_AT_MOST_EVERY:
            return self._keys
        if self._fetching is None:
            if now - self._failed_at < FAILED_FOR:
                raise ProviderUnreachable
            self._fetching = asyncio.create_task(self._ask_for_keys())
            self._fetching.add_done_callback(self._asked)
        return await asyncio.shield(self._fetching)  # a caller that goes away leaves it to the others

    def _asked(self, fetching: "asyncio.Task[KeySet]") -> None:
        self._fetching = None
        if not fetching.cancelled() and fetching.exception() is not None:
            self._failed_at = time.monotonic()

    async def _ask_for_keys(self) -> KeySet:
        try:
            async with asyncio.timeout(self.timeout):
                configuration = await self._http.get(f"{self.issuer}/.well-known/openid-configuration")
                answer = await self._http.get(configuration.raise_for_status().json()["jwks_uri"])
            keys = KeySet.import_key_set(answer.raise_for_status().json())
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError, JoseError) as error:
            raise ProviderUnreachable from error
        self._keys, self._fetched_at = keys, time.monotonic()
        return keys


def is_access_token(token: jwt.Token, *, takes_plain: bool = False) -> bool:
    """Says so itself: RFC 9068's `at+jwt`, or Keycloak's `typ: Bearer`; or, when the setting allows, names a scope."""
    header, claim = str(token.header.get("typ", "")).lower(), token.claims.get("typ")
    if header.removeprefix("application/") == "at+jwt" or claim == "Bearer":
        return True
    if not takes_plain or claim is not None or {"nonce", "at_hash", "c_hash", "events"} & token.claims.keys():
        return False
    return bool({"scope", "scp"} & token.claims.keys())


def _number(value: Any) -> float:
    """A NumericDate, or 0 (long past) for anything else: a token without `exp` is expired."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
