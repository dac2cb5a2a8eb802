"""One person in front of one service, who asks again until there is an answer, and of whom a history is kept."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import httpx

from tests.faults.history import History, Mark, Operation

_ATTEMPT_S = 4.0
_ASK_AGAIN_S = 0.4
_ANSWER_KEPT = 160  # characters of a refusal


class Refused(Exception):
    """The service said no (4xx); `slug` is the problem's name."""

    def __init__(self, name: str, response: httpx.Response) -> None:
        self.slug = _slug(response)
        super().__init__(f"{name}: {response.status_code} {self.slug} {response.text[:_ANSWER_KEPT]}")


class NoAnswer(Exception):
    """Nobody knows whether it was done."""


class Person:
    """Posts with one idempotency key per operation; gets until there is an answer."""

    def __init__(
        self,
        hand: str,
        service: str,
        client: httpx.AsyncClient,
        base: Callable[[], str],
        token: Callable[[], Awaitable[str]],
        history: History,
        pace: Callable[[], Awaitable[None]],
        patience_s: float,
    ) -> None:
        self.hand = hand
        self._service = service
        self._client = client
        self._base = base
        self._token = token
        self._history = history
        self._pace = pace
        self._patience_s = patience_s

    async def do(
        self,
        name: str,
        path: str,
        body: Any = None,
        marks: Sequence[Mark] = (),
        *,
        seen: Callable[[Any], Sequence[Mark]] = lambda _: (),
        perhaps: Sequence[Mark] = (),
        id_: str | None = None,
        method: str = "POST",
        twice: bool = False,
    ) -> Any:
        """One operation. Raises Refused, NoAnswer.

        `seen`: marks that the answer tells of; `perhaps`: what they may be, when there is no answer. `twice`: sent by
        two windows at once, each with a key of its own; one effect is wanted all the same.
        """
        await self._pace()
        operation = self._history.invoke(id_ or new_id(), self.hand, name, self._service, path, marks)
        keys = [operation.id, *([f"{operation.id}-again"] if twice else [])]
        asked = await asyncio.gather(*(self._ask(operation, method, body, key) for key in keys))
        done = next((response for response, _ in asked if response is not None and response.is_success), None)
        if done is not None:
            answer = done.json() if done.content else None
            self._history.complete(operation, "ok", seen=seen(answer))
            return answer
        if any(response is None for response, _ in asked):
            self._history.complete(operation, "unknown", "no answer in time", seen=perhaps)
            raise NoAnswer(name)
        refused = Refused(name, next(response for response, _ in asked if response is not None))
        # After an attempt in doubt a refusal proves nothing: that attempt may still be on its way.
        in_doubt = any(maybe_done for _, maybe_done in asked)
        self._history.complete(
            operation, "unknown" if in_doubt else "fail", f"{refused}", seen=perhaps if in_doubt else ()
        )
        raise refused

    async def _ask(self, operation: Operation, method: str, body: Any, key: str) -> tuple[httpx.Response | None, bool]:
        """(the answer that counts, if there was one in time; whether an attempt went out and no answer came back)."""
        deadline = time.monotonic() + self._patience_s
        in_doubt = False
        while time.monotonic() < deadline:
            response, maybe_done = await self._attempt(operation, method, body, key)
            in_doubt |= maybe_done
            if response is not None and (response.is_success or not _passes(response)):
                return response, in_doubt
            await asyncio.sleep(_ASK_AGAIN_S)
        return None, in_doubt

    async def get(self, path: str, **params: Any) -> Any:
        """Raises Refused, NoAnswer. Reads are not part of the history."""
        deadline = time.monotonic() + self._patience_s
        while time.monotonic() < deadline:
            try:
                response = await self._send("GET", path, params=params)
            except httpx.TransportError:
                response = None
            if response is not None and response.is_success:
                return response.json()
            if response is not None and not _passes(response):
                raise Refused(f"GET {path}", response)
            await asyncio.sleep(_ASK_AGAIN_S)
        raise NoAnswer(f"GET {path}")

    async def _attempt(
        self, operation: Operation, method: str, body: Any, key: str
    ) -> tuple[httpx.Response | None, bool]:
        """(answer, whether it may have been done although there is none)."""
        operation.attempts += 1
        try:
            response = await self._send(method, operation.path, key=key, **({} if body is None else {"json": body}))
        except httpx.ConnectError:
            return None, False
        except httpx.TransportError:
            return None, True
        return response, response.is_server_error

    async def _send(self, method: str, path: str, key: str | None = None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {await self._token()}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        address = f"{self._base()}/api/v1{path}"
        return await self._client.request(method, address, headers=headers, timeout=_ATTEMPT_S, **more)


def new_id() -> str:
    return uuid4().hex


def _passes(response: httpx.Response) -> bool:
    """Worth asking again with the same key."""
    return response.is_server_error or _slug(response) == "request-in-progress"


def _slug(response: httpx.Response) -> str:
    try:
        return str(response.json()["type"]).rsplit(":", 1)[-1]
    except (ValueError, KeyError, TypeError):
        return "no-problem-document"
