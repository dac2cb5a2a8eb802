"""Database sessions of a request: one unit of work, committed after the handler succeeds and before the answer leaves.

A write session ends between the handler's return and the first byte sent, so that nobody reads "done" about something
that did not commit. It is rolled back, and nothing of it stays, when the handler raises, when it answers 400 or more,
and when a rule refused something inside `attempt`. What must outlive a refusal has a unit of work of its own
(`OwnSessions`). `WriteSession` works on routes of `api_router` and `page_router` only.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from types import TracebackType
from typing import Annotated, Any, Self

from fastapi import Depends, params
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from filiere.crash_points import crash_point
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.web.access import caller, declared_access, forget_caller
from filiere.web.app_state import app_state
from filiere.web.errors import DomainError, Unavailable
from filiere.web.forms import Form
from filiere.web.idempotency import claim_key
from filiere.web.request_limits import BODY_LIMIT, USUAL_BODY, WITHOUT_BODY, Incoming, check_address

UNIT = "filiere.unit"  # the request's write session, in its scope
REFUSED = "filiere.refused"  # in the scope once an `attempt` was refused
FIRST_REFUSAL = 400
WAIT_FOR_A_DOWNLOAD_S = 10.0
LONG_BODY_S = 1.0  # what takes longer to come is looked at anew: who sends it may have lost the right meanwhile


class UnitRoute(APIRoute):
    """Route class of both routers: opens the door, and commits what the handler did through its `WriteSession`.

    The body is read after the caller is known to have the route's role, under the route's limit: FastAPI alone would
    parse it before it asks any dependency. The commit comes before the answer leaves.
    An answer that refuses leaves nothing behind, whatever was written on the way to it. The route does it and not a
    generator dependency: those cost a tenth of a command.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        access = declared_access(self.dependant)
        takes_body = bool((self.methods or set()) - WITHOUT_BODY)
        most = (self.openapi_extra or {}).get(BODY_LIMIT, USUAL_BODY)
        # A route that describes its body itself reads the bytes, whatever the sender calls them.
        is_raw = "requestBody" in (self.openapi_extra or {})
        as_json = self.body_field is not None and not isinstance(self.body_field.field_info, params.Form)

        async def handle_as_unit(request: Request) -> Response:
            if access is not None:
                await access(request)
            check_address(request.scope)
            if takes_body:
                began = time.monotonic()
                request = Incoming(request, most or app_state(request).settings.max_upload_bytes)
                await request.read(as_form=not as_json and not is_raw, as_json=as_json)
                if access is not None and time.monotonic() - began > LONG_BODY_S:
                    # Whoever was shown out while the body came, a byte at a time, is out.
                    forget_caller(request)
                    await access(request)
            try:
                response = await self.answer(request, handle)
                session: AsyncSession | None = request.scope.get(UNIT)
                if session is None:
                    return response
                if response.status_code >= FIRST_REFUSAL or REFUSED in request.scope:
                    await app_state(request).database.abandon(session)
                    return response
                await app_state(request).database.finish(session)
            except BaseException as error:
                if (open_session := request.scope.get(UNIT)) is not None:
                    await app_state(request).database.abandon(open_session, error)
                raise
            crash_point("api.committed")
            return response

        return handle_as_unit

    async def answer(self, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
        """What runs inside the unit of work; a subclass may add to it."""
        return await handle(request)


class attempt:  # noqa: N801  a context manager, named like one of contextlib's
    """What a page tries and a rule may refuse; the only place where a page catches a refusal.

    async with attempt(request, form):
        made = await service.make(session, form.data)
        return redirect(f"/made/{made.id}")
    return show(form, 422)

    A refusal rolls back all that the request wrote so far, is put beside the fields of `form` (or under `field`), and
    ends the block. The session may still be read after it; nothing that is written to it will be kept, whatever the
    status of the answer. `refusals` narrows what is caught; all others go on to their own error page.
    """

    def __init__(
        self, request: Request, form: Form[Any] | None = None, *refusals: type[DomainError], field: str = ""
    ) -> None:
        self.request = request
        self.form = form
        self.field = field
        self.refusals = refusals or (DomainError,)
        self.error: DomainError | None = None

    @property
    def refusal(self) -> DomainError:
        """What refused, once the block has ended without leaving the handler."""
        assert self.error is not None
        return self.error

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> bool:
        if not isinstance(error, self.refusals):
            return False
        self.error = error
        self.request.scope[REFUSED] = True
        if (session := self.request.scope.get(UNIT)) is not None:
            await app_state(self.request).database.abandon(session, error)
        if self.form is not None:
            self.form.refuse(error, self.field)
        return True


async def write_session(request: Request) -> AsyncSession:
    session = app_state(request).database.begin()
    request.scope[UNIT] = session
    await claim_key(request, session, await caller(request))
    return session


async def own_database(request: Request) -> Database:
    return app_state(request).database


async def read_session(request: Request) -> AsyncIterator[AsyncReadSession]:
    async with app_state(request).database.read() as session:
        yield session


class TooManyDownloads(Unavailable):
    title = "Trop de téléchargements sont en cours. Réessayez dans un instant."


async def stream_session(request: Request) -> AsyncIterator[AsyncReadSession]:
    """A read session for as long as an answer is being sent: at most half of the pool, however slowly it is read.

    Raises TooManyDownloads.
    """
    state = app_state(request)
    try:
        async with asyncio.timeout(WAIT_FOR_A_DOWNLOAD_S):
            await state.downloads.acquire()
    except TimeoutError:
        raise TooManyDownloads from None
    try:
        async with state.database.read() as session:
            yield session
    finally:
        state.downloads.release()


WriteSession = Annotated[AsyncSession, Depends(write_session)]
ReadSession = Annotated[AsyncReadSession, Depends(read_session, scope="function")]
# For what must not hold a connection while it works: it opens and ends sessions of its own.
OwnSessions = Annotated[Database, Depends(own_database)]
# For streamed exports only: stays open until the last byte is sent, and holds a pooled connection as long.
StreamSession = Annotated[AsyncReadSession, Depends(stream_session, scope="request")]
