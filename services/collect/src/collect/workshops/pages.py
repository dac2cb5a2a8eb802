"""Page of workshops, for coordinators."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.catalogue import Category
from filiere.web import (
    Column,
    Principal,
    ReadSession,
    Role,
    Table,
    allow,
    page,
    page_router,
    sheet_response,
)

from collect.workshops.repository import WorkshopRepository

router = page_router("/ateliers")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

_CATEGORIES = tuple(Category)
WORKSHOPS = Table(
    columns=(
        Column("name", "Atelier"),
        Column("place", "Lieu", sheet=("Code postal", "Commune")),
        Column("capacity", "Capacité par semaine", sheet=[one.plural_fr.capitalize() for one in _CATEGORIES]),
        Column("ahead", "Devant lui", is_number=True),
        Column("changed_at", "Dit le", is_hidden=True),
    ),
    per_page=1000,  # all of them
    always=("Atelier",),
)
HEADER = (
    *("Atelier", "Code postal", "Commune", "Devant lui", "Dit le"),
    *(one.plural_fr.capitalize() for one in _CATEGORIES),
)


@router.get("", name="workshops")
async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    workshops = WorkshopRepository.from_session(session)
    known = await workshops.all()
    view = WORKSHOPS.read(request)
    return page(
        request,
        "workshops/templates/workshops.html",
        principal=principal,
        view=view.fill(known, len(known)),
        ahead=await _ahead(workshops),
        names={category.value: category.plural_fr for category in Category},
    )


@router.get("/liste.csv", name="workshops_csv")
async def export(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """The workshops as a spreadsheet: a column per category with what each takes in a week, empty where it takes none.

    They are some dozens, read before the answer begins.
    """
    workshops = WorkshopRepository.from_session(session)
    known, ahead = await workshops.all(), await _ahead(workshops)
    rows = [
        (
            *(one.name, one.postcode, one.city, ahead.get(one.workshop_id, 0), one.changed_at),
            *(one.capacity.get(name, 0) if name in one.competences else None for name in _CATEGORIES),
        )
        for one in known
    ]
    return sheet_response("ateliers.csv", HEADER, rows, WORKSHOPS.read(request), spoken=True)


async def _ahead(workshops: WorkshopRepository) -> dict[UUID, int]:
    """Workshop → devices that it has before it."""
    ahead: dict[UUID, int] = {}
    for (workshop_id, _category), count in (await workshops.at_work()).items():
        ahead[workshop_id] = ahead.get(workshop_id, 0) + count
    return ahead
