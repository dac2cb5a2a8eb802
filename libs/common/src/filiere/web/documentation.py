"""Pages for people who integrate: the API of this service and the events of the network.

Open to everybody: the software is free, and what it documents stands in the repository too.
"""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from filiere.web.access import public
from filiere.web.addresses import root_path_of
from filiere.web.api_reference import Operation, operations_of
from filiere.web.app_state import app_state
from filiere.web.errors import NotFound
from filiere.web.event_catalogue import EventType, events_in
from filiere.web.pages import page
from filiere.web.principal import Principal
from filiere.web.routers import page_router

Visitor = Annotated[Principal | None, public()]


class NoSuchOperation(NotFound):
    title = "Cette opération de l'API n'existe pas."


class NoSuchEvent(NotFound):
    title = "Cet événement n'existe pas."


def documentation_router() -> APIRouter:
    router = page_router("/documentation")

    @router.get("", name="documentation")
    async def documentation(request: Request, principal: Visitor) -> Response:
        """Where to begin."""
        return page(request, "documentation/start.html", principal=principal, openapi=_openapi(request))

    @router.get("/api", name="api_reference")
    async def api_reference(request: Request, principal: Visitor) -> Response:
        """Every operation, by what it is about."""
        by_tag: dict[str, list[Operation]] = {}
        for operation in operations_of(request.app).values():
            by_tag.setdefault(operation.tag, []).append(operation)
        return page(request, "documentation/api.html", principal=principal, by_tag=by_tag, openapi=_openapi(request))

    @router.get("/api/{name}", name="api_operation")
    async def api_operation(request: Request, name: str, principal: Visitor) -> Response:
        """One operation: who may, what goes in, what comes out."""
        operation = operations_of(request.app).get(name)
        if operation is None:
            raise NoSuchOperation
        return page(request, "documentation/operation.html", principal=principal, operation=operation)

    @router.get("/evenements", name="event_catalogue")
    async def event_catalogue(request: Request, principal: Visitor) -> Response:
        """Every event of the network, by topic."""
        by_topic: dict[str, list[EventType]] = {}
        for event in events_in(app_state(request).settings.contracts_folder).values():
            by_topic.setdefault(event.topic, []).append(event)
        return page(request, "documentation/events.html", principal=principal, by_topic=by_topic)

    @router.get("/evenements/{type_}", name="event_type")
    async def event_type(request: Request, type_: str, principal: Visitor) -> Response:
        """One event: fields, example, who publishes and who reads it."""
        event = events_in(app_state(request).settings.contracts_folder).get(type_)
        if event is None:
            raise NoSuchEvent
        return page(request, "documentation/event.html", principal=principal, event=event)

    return router


def _openapi(request: Request) -> str:
    """Where the OpenAPI document is; FastAPI gives its route no name."""
    return f"{root_path_of(app_state(request).settings.public_url)}{request.app.openapi_url}"
