"""Access tokens of the demo people from any provider that allows the password grant to a client of the demonstration.

The grant is obsolete for people (RFC 9700, 2.4) and is used by no other part: here one program plays ten people whose
one password is public.
"""

import time

import httpx

from stack.elsewhere.settings import ElsewhereSettings
from stack.errors import StackError

_BEFORE_THE_END_S = 30.0


class TokenRefused(StackError):
    """The provider gave no token; the message carries its own words."""


class PasswordTokens:
    """`await tokens(subject)`: a token, kept until it is about to expire. Raises TokenRefused."""

    def __init__(self, settings: ElsewhereSettings) -> None:
        self._settings = settings
        self._endpoint = ""
        self._kept: dict[str, tuple[str, float]] = {}

    async def __call__(self, subject: str) -> str:
        token, until = self._kept.get(subject, ("", 0.0))
        if time.monotonic() > until:
            token, lasts = await self._ask(subject)
            self._kept[subject] = (token, time.monotonic() + lasts - _BEFORE_THE_END_S)
        return token

    async def _ask(self, subject: str) -> tuple[str, float]:
        """(token, seconds it lasts)."""
        settings = self._settings
        credentials = (settings.client_id, settings.client_secret.get_secret_value())
        asked = {
            "grant_type": "password",
            "scope": "openid profile email",
            "username": subject,
            "password": settings.password.get_secret_value(),
        }
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                if not self._endpoint:
                    where = f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration"
                    self._endpoint = (await client.get(where)).raise_for_status().json()["token_endpoint"]
                answer = await client.post(self._endpoint, data=asked, auth=credentials)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise TokenRefused(f"{settings.oidc_issuer} (OIDC_ISSUER) ne répond pas : {error!r}") from error
        if not answer.is_success:
            raise TokenRefused(f"Pas de jeton pour {subject} : {answer.status_code} {answer.text[:200]}")
        given = answer.json()
        return str(given["access_token"]), float(given.get("expires_in", 60))
