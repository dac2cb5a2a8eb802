"""What stands in the address of a link: the id of its row and a signature, 43 characters.

The secret is never kept, so whoever may see the list of links can see the address again; a stranger's guess costs one
HMAC and no query. Another SESSION_SECRET ends all links.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from uuid import UUID

from filiere.settings import Settings

LENGTH = 43
_SIGNATURE = 16


class LinkSigner:
    """Signs the links of one purpose of one service: a link of another opens nothing."""

    def __init__(self, settings: Settings, service: str, purpose: str) -> None:
        own = f"filiere.link.{service}.{purpose}".encode()
        self._key = hmac.digest(settings.session_secret.get_secret_value().encode(), own, "sha256")

    def token(self, link_id: UUID) -> str:
        return urlsafe_b64encode(link_id.bytes + self._signature(link_id)).decode().rstrip("=")

    def read(self, token: str) -> UUID | None:
        """The link that it is for; None for what we did not sign. Takes the same time for every wrong signature."""
        if len(token) != LENGTH or not token.isascii():
            return None
        try:
            content = urlsafe_b64decode(token + "=")
        except (Error, ValueError):
            return None
        link_id = UUID(bytes=content[:16])
        # The last character of an address has two bits to spare: only the one spelling is the link.
        is_ours = hmac.compare_digest(self.token(link_id), token)
        return link_id if is_ours else None

    def _signature(self, link_id: UUID) -> bytes:
        return hmac.digest(self._key, link_id.bytes, "sha256")[:_SIGNATURE]
