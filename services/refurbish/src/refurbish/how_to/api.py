"""JSON API of the how-tos: what is published, and what workshops add."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.how_to import service
from refurbish.how_to.errors import ForWhichWorkshop, HowToNotFound, TooManyHowTos
from refurbish.how_to.repository import HowToRepository
from refurbish.how_to.schemas import HowToForm, HowToOut, NewHowTo
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("/how-tos")


@router.get("")
async def list_how_tos(principal: Annotated[Principal, AT_WORK], session: ReadSession) -> list[HowToOut]:
    """What the caller's workshops wrote, by maker and model."""
    found = await HowToRepository.from_session(session).listing(workshops_of(principal))
    return [HowToOut.model_validate(one) for one in found]


@router.post("", status_code=201, responses=raises(ForWhichWorkshop, TooManyHowTos))
async def add_how_to(body: HowToForm, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> HowToOut:
    """Write one for a workshop."""
    return HowToOut.model_validate(await service.add(session, principal, body.workshop_id, body.said()))


@router.put("/{how_to_id}", responses=raises(HowToNotFound))
async def change_how_to(
    how_to_id: UUID, body: NewHowTo, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> HowToOut:
    """Correct one."""
    return HowToOut.model_validate(await service.change(session, principal, how_to_id, body))


@router.delete("/{how_to_id}", status_code=204, responses=raises(HowToNotFound))
async def remove_how_to(how_to_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> None:
    """Take one away."""
    await service.remove(session, principal, how_to_id)
