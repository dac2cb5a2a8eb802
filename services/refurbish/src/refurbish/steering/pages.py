"""The manager's page."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from filiere.calendar import months_before, now, start_of, today
from filiere.database import Scope
from filiere.web import Principal, ReadSession, gettext, page, page_router, sheet_response
from filiere.web.journal import journal_of
from starlette.requests import Request
from starlette.responses import Response

from refurbish.agreements.repository import AgreementRepository
from refurbish.complaints.repository import ComplaintRepository
from refurbish.steering.disks_repository import MOST, UnseenDiskRepository
from refurbish.steering.figures import AtStage, Conformity
from refurbish.steering.journal_words import said
from refurbish.steering.repository import SteeringRepository
from refurbish.tenancy import LEADS, workshops_of
from refurbish.workshops.repository import Workshop, WorkshopRepository
from refurbish.workshops.service import JOURNAL

router = page_router("/pilotage")
CSV_HEADER = ("Étape", "Équipements", "Moins de 7 jours", "7 à 30 jours", "Plus de 30 jours", "Le plus ancien depuis")


@router.get("", name="steering")
async def steering_page(request: Request, principal: Annotated[Principal, LEADS], session: ReadSession) -> Response:
    """Where devices stand, since when; defects; capacity, people, agreement, journal."""
    workshops = await WorkshopRepository.from_session(session).listing(workshops_of(principal))
    workshop = _asked(request, workshops)
    scope = Scope([workshop.id]) if workshop else workshops_of(principal)
    repository = SteeringRepository.from_session(session)
    since = start_of(months_before(today(), 12))
    limit = await AgreementRepository.from_session(session).limit(scope, workshop.id) if workshop else None
    unseen = await UnseenDiskRepository.from_session(session).all(scope)
    complaints = ComplaintRepository.from_session(session)
    conformity = Conformity(
        await repository.defects(scope, since) + await complaints.defects(scope, since),
        await repository.shipped(scope, since),
        limit.percent if limit else None, limit.source if limit else "",
    )  # fmt: skip
    return page(
        request, "steering/templates/steering.html", principal=principal, workshops=workshops, workshop=workshop,
        funnel=await _funnel(repository, scope), conformity=conformity,
        faults=await complaints.faults(scope, since),
        unseen=unseen[:MOST], has_more_unseen=len(unseen) > MOST,
        journal=await journal_of(request, session, JOURNAL, workshop.id, said) if workshop else None,
    )  # fmt: skip


@router.get("/etapes.csv", name="funnel_csv")
async def funnel_csv(request: Request, principal: Annotated[Principal, LEADS], session: ReadSession) -> Response:
    """The stages for a spreadsheet."""
    workshop = _asked(request, await WorkshopRepository.from_session(session).listing(workshops_of(principal)))
    scope = Scope([workshop.id]) if workshop else workshops_of(principal)
    found = await _funnel(SteeringRepository.from_session(session), scope)
    rows = [(gettext(one.stage.label_fr), one.devices, one.week, one.month, one.older, one.oldest) for one in found]
    return sheet_response("etapes.csv", CSV_HEADER, rows, spoken=True)


async def _funnel(repository: SteeringRepository, scope: Scope) -> list[AtStage]:
    return await repository.funnel(scope, now() - timedelta(days=7), now() - timedelta(days=30))


def _asked(request: Request, workshops: list[Workshop]) -> Workshop | None:
    """The workshop of the address, of those that the caller sees; the only one there is; None for all of them."""
    if len(workshops) == 1:
        return workshops[0]
    try:
        asked = UUID(request.query_params.get("atelier", ""))
    except ValueError:
        return None
    return next((workshop for workshop in workshops if workshop.id == asked), None)
