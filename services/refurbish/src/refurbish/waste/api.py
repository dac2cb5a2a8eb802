"""JSON API of the exits of waste."""

from typing import Annotated, Any
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.tenancy import LEADS, workshops_of
from refurbish.waste import service
from refurbish.waste.errors import CannotLeave, ExitNotFound, LeftInTheFuture
from refurbish.waste.repository import WasteRepository
from refurbish.waste.schemas import ExitOut, NewExit
from refurbish.waste.trackdechets import draft
from refurbish.workshops.repository import WorkshopRepository

router = api_router("/waste-exits")
Lead = Annotated[Principal, LEADS]


@router.get("")
async def listing(principal: Lead, session: ReadSession) -> list[ExitOut]:
    """The latest exits of the caller's workshops."""
    return await WasteRepository.from_session(session).listing(workshops_of(principal), limit=200)


@router.post("", status_code=201, responses=raises(CannotLeave, ExitNotFound, LeftInTheFuture))
async def record(body: NewExit, principal: Lead, session: WriteSession) -> ExitOut:
    """Withdrawn devices left as waste: all of them, or none."""
    return await service.record(session, principal, body)


@router.get("/{waste_id}", responses=raises(ExitNotFound))
async def get(waste_id: UUID, principal: Lead, session: ReadSession) -> ExitOut:
    return await service.get(session, principal, waste_id)


@router.get("/{waste_id}/trackdechets", responses=raises(ExitNotFound))
async def trackdechets(waste_id: UUID, principal: Lead, session: ReadSession) -> dict[str, Any]:
    """A draft of a BSDD: the variables of `createForm`. It is not sent."""
    found = await service.get(session, principal, waste_id)
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), found.workshop_id)
    assert workshop is not None  # an exit belongs to a workshop by foreign key, and the caller sees it
    return draft(found, workshop)


@router.post("/{waste_id}/undo", responses=raises(ExitNotFound))
async def undo(waste_id: UUID, principal: Lead, session: WriteSession) -> ExitOut:
    """It was recorded by mistake: its devices are at the workshop."""
    return await service.undo(session, principal, waste_id)
