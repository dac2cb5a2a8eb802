"""`Idempotency-Key` on API POSTs: the same request twice has one effect and one answer.

The key is claimed in the request's own transaction and the answer is stored there too, so key, answer and effect
commit together or not at all. A refused request (4xx, 5xx) keeps nothing: it had no effect, and may be tried again.
"""

import hashlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from filiere.database import AsyncSession
from filiere.idempotency import IdempotencyRepository, StoredResponse
from filiere.web.errors import Conflict, Unprocessable
from filiere.web.principal import Principal
from filiere.web.request_limits import IDEMPOTENCY_KEY, Incoming

REPLAYED = "Idempotency-Replayed"
MAX_KEY = 200
# An address is kept in an index, whose rows have 2,704 bytes: ours are under 200 characters, anybody's may be endless.
MAX_ROUTE = 200


class IdempotencyKeyReused(Unprocessable):
    title = "Cette clé d'idempotence a déjà servi pour une autre demande."


class IdempotencyKeyTooLong(Unprocessable):
    title = f"La clé d'idempotence a plus de {MAX_KEY} caractères."


class RequestInProgress(Conflict):
    title = "La même demande est déjà en cours."


class Replay(Exception):
    """Ends the request early with the first answer; raised inside the unit of work, so nothing is written."""

    def __init__(self, stored: StoredResponse) -> None:
        self.stored = stored


@dataclass(frozen=True)
class Claim:
    session: AsyncSession
    subject: str
    route: str
    key: str

    async def complete(self, response: Response) -> None:
        await IdempotencyRepository(self.session).complete(
            self.subject,
            self.route,
            self.key,
            response.status_code,
            response.headers.get("content-type", ""),
            bytes(response.body),
        )


async def claim_key(request: Request, session: AsyncSession, principal: Principal | None) -> None:
    """Claim the request's key, if it is an API POST that brings one; raises Replay when it was answered before."""
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is None or request.method != "POST" or principal is None or not getattr(request.state, "idempotent", False):
        return
    if len(key) > MAX_KEY:
        raise IdempotencyKeyTooLong
    route = _kept(request.scope["path"])
    digest = await request.digest() if isinstance(request, Incoming) else hashlib.sha256(b"").hexdigest()
    stored = await IdempotencyRepository(session).claim(principal.subject, route, key, digest)
    if stored is None:
        request.state.claim = Claim(session, principal.subject, route, key)
    elif stored.request_hash != digest:
        raise IdempotencyKeyReused
    elif stored.status == 0:
        raise RequestInProgress
    else:
        raise Replay(stored)


async def answer_once(request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
    """Answer a request of the API inside its unit of work: stores the answer of a claimed key."""
    if request.method != "POST" or IDEMPOTENCY_KEY not in request.headers:
        return await handle(request)
    request.state.idempotent = True
    response = await handle(request)
    claim: Claim | None = getattr(request.state, "claim", None)
    if claim is not None and response.status_code < 400:
        await claim.complete(response)
    return response


def _kept(path: str) -> str:
    return path if len(path) <= MAX_ROUTE else hashlib.sha256(path.encode()).hexdigest()
