"""Database sessions of a request: one unit of work, committed after the handler succeeds and before the answer leaves.

A write session ends between the handler's return and the first byte sent, so that nobody reads "done" about something
that did not commit; an exception of the handler rolls it back. `WriteSession` works on routes of `api_router` and
`page_router` only.
"""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.faults import crash_point
from filiere.web.access import caller
from filiere.web.idempotency import claim_key
from filiere.web.kit import kit_of

UNIT = "filiere.unit"  # the request's write session, in its scope


class UnitRoute(APIRoute):
    """Route class of both routers: commits what the handler did through its `WriteSession`, before the answer leaves.

    The route does it and not a generator dependency: those cost a tenth of a command.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_as_unit(request: Request) -> Response:
            try:
                response = await self.answer(request, handle)
                session: AsyncSession | None = request.scope.get(UNIT)
                if session is None:
                    return response
                await kit_of(request).database.finish(session)
            except BaseException as error:
                if (open_session := request.scope.get(UNIT)) is not None:
                    await kit_of(request).database.abandon(open_session, error)
                raise
            crash_point("api.committed")
            return response

        return handle_as_unit

    async def answer(self, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
        """What runs inside the unit of work; a subclass may add to it."""
        return await handle(request)


async def write_session(request: Request) -> AsyncSession:
    session = kit_of(request).database.begin()
    request.scope[UNIT] = session
    await claim_key(request, session, await caller(request))
    return session


async def own_database(request: Request) -> Database:
    return kit_of(request).database


async def read_session(request: Request) -> AsyncIterator[AsyncReadSession]:
    async with kit_of(request).database.read() as session:
        yield session


WriteSession = Annotated[AsyncSession, Depends(write_session)]
ReadSession = Annotated[AsyncReadSession, Depends(read_session, scope="function")]
# For what must not hold a connection while it works: it opens and ends sessions of its own.
OwnSessions = Annotated[Database, Depends(own_database)]
# For streamed exports only: stays open until the last byte is sent, and holds a pooled connection as long.
StreamSession = Annotated[AsyncReadSession, Depends(read_session, scope="request")]
