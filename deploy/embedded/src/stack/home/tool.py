"""A donor's own tool, as far as a demonstration needs one: an address that is told, and a page of what it was told."""

import base64
import hashlib
import hmac
import json
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from filiere.calendar import PARIS, now

LONGEST = 64 * 1024
_KEPT = 50
_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Message:
    """One that came: what it says, whole, and whether its signature is that of the secret that Filière gave."""

    id: str
    kind: str
    at: str
    text: str
    is_signed: bool | None  # None: the tool knows no secret


class Tool:
    """Keeps the last messages, each once, in memory: it is gone with the demonstration."""

    def __init__(self) -> None:
        self._messages: deque[Message] = deque(maxlen=_KEPT)
        self.secret = ""

    @property
    def messages(self) -> list[Message]:
        """The newest first."""
        return list(reversed(self._messages))

    def take(self, id_: str, stamp: str, signature: str, body: bytes) -> bool:
        """Keep a message; False for one whose signature is wrong. The same id again is the same message."""
        is_signed = _is_signed(self.secret, id_, stamp, signature, body) if self.secret else None
        if is_signed is False:
            return False
        if all(one.id != id_ for one in self._messages):
            self._messages.append(Message(id_, _kind(body), _moment(), body.decode(errors="replace"), is_signed))
        return True


def _is_signed(secret: str, id_: str, stamp: str, signature: str, body: bytes) -> bool:
    """As a library of Standard Webhooks would ask."""
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        sent = datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    signed = hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
    expected = "v1," + base64.b64encode(signed).decode()
    is_now = abs(now() - sent) <= _TOLERANCE
    return is_now and any(hmac.compare_digest(one.encode(), expected.encode()) for one in signature.split())


def _kind(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return "?"
    return str(found.get("type", "?"))[:80] if isinstance(found, dict) else "?"


def _moment() -> str:
    return now().astimezone(PARIS).strftime("%d/%m/%Y %H:%M:%S")
