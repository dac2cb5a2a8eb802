"""Signatures as Standard Webhooks has them, scheme `v1`: HMAC-SHA256 over id, time and the very bytes of the body.

https://www.standardwebhooks.com: receivers find a library for it in most languages.
"""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature(secret: str, message_id: UUID | str, sent_at: int, body: bytes) -> str:
    """`sent_at`: seconds since 1970, of this attempt: receivers refuse what is older than some minutes."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((str(message_id).encode(), str(sent_at).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(secret: str, message_id: UUID | str, sent_at: int, body: bytes) -> list[tuple[bytes, bytes]]:
    """What accompanies the body. The id is the same at each attempt, so that a receiver takes it once."""
    return [
        (b"webhook-id", str(message_id).encode()),
        (b"webhook-timestamp", str(sent_at).encode()),
        (b"webhook-signature", signature(secret, message_id, sent_at, body).encode()),
    ]
