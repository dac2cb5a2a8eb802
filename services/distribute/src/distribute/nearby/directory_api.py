"""API of the directory that others read: /directory."""

from filiere.web import Page, Paging, ReadSession, api_router, public

from distribute.nearby.directory import ServiceOut, StructureOut, service_of, structure_of
from distribute.nearby.repository import ListingRepository

router = api_router("/directory", tags=["directory"])


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
