"""Page of workshops, for coordinators."""

from typing import Annotated

from fastapi import Request, Response
from filiere.catalogue import Category
from filiere.web import Principal, ReadSession, Role, allow, page, page_router

from collect.workshops.repository import WorkshopRepository

router = page_router("/ateliers")


@router.get("", name="workshops")
async def listing(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: ReadSession
) -> Response:
    workshops = WorkshopRepository.from_session(session)
    known = await workshops.all()
    ahead: dict[object, int] = {}
    for (workshop_id, _category), count in (await workshops.at_work()).items():
        ahead[workshop_id] = ahead.get(workshop_id, 0) + count
    return page(
        request,
        "workshops/templates/workshops.html",
        principal=principal,
        workshops=known,
        ahead=ahead,
        names={category.value: category.plural_fr for category in Category},
    )
