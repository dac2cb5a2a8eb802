"""What the demonstration's people do with a service: JSON over HTTP, with their own token."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx

from stack.errors import StackError
from stack.scenario import ScenarioContext

_CROSS_S = 180.0
"""An event crosses in a second; on a machine that others keep busy, its workers wait for their turn."""
_ANSWER_S = 60.0
"""A service that restarts is back by then; one that answers with a fault for longer has one."""
_LOOK_AGAIN_S = 0.1
_ASK_AGAIN_S = 0.3
_PAGE = 500
_AT_ONCE = 8  # requests in flight; services have eight connections each


class Refused(StackError):
    """A service did not do what the demonstration asked."""

    def __init__(self, request: str, response: httpx.Response) -> None:
        super().__init__(f"{request} : {response.status_code} {response.text[:600]}")


class Caller:
    """One person in front of one service."""

    def __init__(self, client: httpx.AsyncClient, base: str, token: Callable[[], Awaitable[str]]) -> None:
        self._client = client
        self._base = f"{base}/api/v1"
        self._token = token

    async def get(self, path: str, **params: Any) -> Any:
        return await self._call("GET", path, params=params)

    async def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return await self._call("POST", path, json=body, **more)

    async def put(self, path: str, body: Any = None) -> Any:
        return await self._call("PUT", path, json=body)

    async def post_raw(self, path: str, content: bytes, headers: dict[str, str]) -> Any:
        return await self._call("POST", path, content=content, headers=headers)

    async def post_file(self, path: str, field: str, file: tuple[str, bytes, str]) -> Any:
        return await self._call("POST", path, files={field: file})

    async def everything(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """All items of a paged list."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.get(path, limit=_PAGE, offset=len(found), **params)
            found += page["items"]
            if not page["items"] or len(found) >= page["total"]:
                return found

    async def _call(self, method: str, path: str, **more: Any) -> Any:
        """One effect, however often it takes: a service that dies or restarts is asked again with the same key."""
        headers = {"Idempotency-Key": str(uuid4()), **more.pop("headers", {})}
        deadline = time.monotonic() + _ANSWER_S
        while True:
            headers["Authorization"] = f"Bearer {await self._token()}"
            try:
                response = await self._client.request(method, self._base + path, headers=headers, **more)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            else:
                if response.is_success:
                    return response.json() if response.content else None
                if not response.is_server_error or time.monotonic() > deadline:
                    raise Refused(f"{method} {path}", response)
            await asyncio.sleep(_ASK_AGAIN_S)


class Chain:
    """The three services, for anybody of the demonstration."""

    def __init__(self, context: ScenarioContext, client: httpx.AsyncClient) -> None:
        self._context = context
        self._client = client
        self._started: dict[str, float] = {}

    def collect(self, subject: str) -> Caller:
        return self._caller(self._context.collect_url, subject)

    def refurbish(self, subject: str) -> Caller:
        return self._caller(self._context.refurbish_url, subject)

    def distribute(self, subject: str) -> Caller:
        return self._caller(self._context.distribute_url, subject)

    def _caller(self, base: str, subject: str) -> Caller:
        return Caller(self._client, base, lambda: self._context.token(subject))

    @property
    def tool(self) -> str:
        """The address of the donor's own tool."""
        return f"{self._context.home_url.replace('//localhost', '//127.0.0.1')}/outil"

    async def teach(self, secret: str) -> None:
        """Tell that tool the secret by which it knows Filière."""
        (await self._client.post(f"{self.tool}/secret", content=secret)).raise_for_status()

    def report(self, stage: str, done: int, total: int, text: str) -> None:
        self._context.report(stage, done, total, text)

    async def until(self, what: str, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait for an event to have crossed. Raises StackError when it does not in time."""
        deadline = time.monotonic() + _CROSS_S
        while not await condition():
            if time.monotonic() > deadline:
                raise StackError(f"Toujours pas là après {_CROSS_S:.0f} s : {what}")
            await asyncio.sleep(_LOOK_AGAIN_S)


async def for_each(items: list[Any], work: Callable[[Any], Awaitable[None]]) -> None:
    """Do the work for all items, a few at a time."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(item: Any) -> None:
        async with turn:
            await work(item)

    async with asyncio.TaskGroup() as group:
        for item in items:
            group.create_task(one(item))
