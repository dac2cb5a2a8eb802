"""Database sessions of a request: one unit of work, committed after the handler succeeds and before the answer leaves.

`scope="function"` makes FastAPI close the dependency between the handler's return and the first byte sent, so that
nobody reads "done" about something that did not commit; an exception of the handler reaches the unit of work and
rolls it back.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from filiere.database import AsyncReadSession, AsyncSession
from filiere.faults import crash_point
from filiere.web.access import caller
from filiere.web.idempotency import claim_key
from filiere.web.kit import kit_of
from filiere.web.principal import Principal


async def write_session(
    request: Request, principal: Annotated[Principal | None, Depends(caller)]
) -> AsyncIterator[AsyncSession]:
    async with kit_of(request).database.unit_of_work() as session:
        await claim_key(request, session, principal)
        yield session
    crash_point("api.committed")


async def read_session(request: Request) -> AsyncIterator[AsyncReadSession]:
    async with kit_of(request).database.read() as session:
        yield session


WriteSession = Annotated[AsyncSession, Depends(write_session, scope="function")]
ReadSession = Annotated[AsyncReadSession, Depends(read_session, scope="function")]
# For streamed exports only: stays open until the last byte is sent, and holds a pooled connection as long.
StreamSession = Annotated[AsyncReadSession, Depends(read_session, scope="request")]
