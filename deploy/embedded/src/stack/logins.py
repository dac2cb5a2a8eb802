"""Access tokens of the demonstration's people, through the embedded provider's own login."""

import time

from filiere.embedded.identity import token_for

from stack.settings import StackSettings

_KEPT_S = 1800


class Logins:
    """`await logins(subject)`: an access token of that person, kept for half an hour."""

    def __init__(self, settings: StackSettings, issuer: str) -> None:
        self._settings = settings
        self._issuer = issuer
        self._kept: dict[str, tuple[str, float]] = {}

    async def __call__(self, subject: str) -> str:
        token, until = self._kept.get(subject, ("", 0.0))
        if time.monotonic() > until:
            secret = self._settings.client_secret()
            token = await token_for(self._issuer, self._settings.oidc_client_id, secret, subject)
            self._kept[subject] = (token, time.monotonic() + _KEPT_S)
        return token
