"""API of the directory that others read: /directory."""

from typing import Any

from filiere.web import Page, Paging, ReadSession, StreamSession, api_router, public
from starlette.responses import StreamingResponse

from distribute.nearby.directory import ServiceOut, StructureOut, service_of, structure_of
from distribute.nearby.mediation_places import pieces
from distribute.nearby.repository import ListingRepository

router = api_router("/directory", tags=["directory"])

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("/structures", dependencies=[public()])
async def structures(session: ReadSession, paging: Paging) -> Page[StructureOut]:
    """Structures that everybody may find, by name, as data.inclusion's schema v1 writes them."""
    found = await ListingRepository.from_session(session).directory(paging.part)
    return paging.of([structure_of(one) for one in found.rows], found)


@router.get("/services", dependencies=[public()])
async def services(session: ReadSession, paging: Paging) -> Page[ServiceOut]:
    """What each of them offers, as data.inclusion's schema v1 writes it."""
    found = await ListingRepository.from_session(session).directory(paging.part)
    return paging.of([service_of(one) for one in found.rows], found)


@router.get("/mediation-places", dependencies=[public()], response_class=StreamingResponse, responses=_CSV)
async def mediation_places(session: StreamSession) -> StreamingResponse:
    """All of them in one CSV, as the national schema of *lieux de médiation numérique* has it."""
    each = ListingRepository.from_session(session).each()
    headers = {"content-disposition": 'attachment; filename="lieux-de-mediation-numerique.csv"'}
    return StreamingResponse(pieces(each), media_type="text/csv", headers=headers)
