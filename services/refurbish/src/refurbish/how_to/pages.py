"""Pages of the how-tos: what is published, what the workshop adds."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from refurbish.how_to import service
from refurbish.how_to.kinds import HowToKind
from refurbish.how_to.published import entries, folded
from refurbish.how_to.repository import HowToRepository
from refurbish.how_to.schemas import HowToForm
from refurbish.tenancy import AT_WORK, workshops_of
from refurbish.workshops.repository import WorkshopRepository

router = page_router("/modes-d-emploi")


@router.get("", name="how_tos")
async def listing(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """All of it, found by maker, model or word."""
    q = request.query_params.get("q", "").strip()[:100]
    published = [one for one in entries() if folded(q) in folded(" ".join([one.maker, *one.also, *one.models]))]
    found = await HowToRepository.from_session(session).listing(workshops_of(principal), q)
    return page(
        request, "how_to/templates/how_tos.html", principal=principal, q=q, published=published,
        own=[one for one in found if one.removed_at is None],
        removed=[one for one in found if one.removed_at is not None],
        names=await _workshops(principal, session), topics={topic.value: topic for topic in HowToKind},
    )  # fmt: skip


@router.get("/ajouter", name="new_how_to")
async def new_page(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """Ask for one; a device's page says of which machine."""
    known = {name: request.query_params.get(name, "")[:60] for name in ("maker", "model")}
    return await _form(request, principal, session, Form(known))


@router.post("/ajouter", name="new_how_to")
async def add(request: Request, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> Response:
    """Keep it for the workshop."""
    form = await read_form(request, HowToForm)
    if form.is_valid:
        async with attempt(request, form):
            await service.add(session, principal, form.data.workshop_id, form.data.said())
            flash(request, gettext("C'est noté. Les collègues le verront sur ces équipements."))
            return redirect(path("how_tos"))
    return await _form(request, principal, session, form, status=422)


@router.get("/{how_to_id}", name="change_how_to")
async def change_page(
    request: Request, how_to_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One to correct."""
    found = await service.find(session, principal, how_to_id)
    known = {name: str(getattr(found, name)) for name in ("topic", "maker", "model", "text", "source", "workshop_id")}
    return await _form(request, principal, session, Form(known), how_to_id=how_to_id)


@router.post("/{how_to_id}", name="change_how_to")
async def change(
    request: Request, how_to_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Corrected."""
    await service.find(session, principal, how_to_id)
    form = await read_form(request, HowToForm)
    if form.is_valid:
        await service.change(session, principal, how_to_id, form.data.said())
        flash(request, gettext("L'astuce est corrigée."))
        return redirect(path("how_tos"))
    return await _form(request, principal, session, form, how_to_id=how_to_id, status=422)


@router.post("/{how_to_id}/retirer", name="remove_how_to")
async def remove(
    request: Request, how_to_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Take it away."""
    await service.remove(session, principal, how_to_id)
    flash(request, gettext("L'astuce est retirée. Elle reste plus bas : tu peux la remettre."))
    return redirect(path("how_tos"))


@router.post("/{how_to_id}/remettre", name="put_back_how_to")
async def put_back(
    request: Request, how_to_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It was right after all."""
    await service.remove(session, principal, how_to_id, back=True)
    flash(request, gettext("L'astuce est de nouveau affichée."))
    return redirect(path("how_tos"))


async def _workshops(principal: Principal, session: ReadSession | WriteSession) -> dict[UUID, str]:
    found = await WorkshopRepository.from_session(session).listing(workshops_of(principal))
    return {workshop.id: workshop.name for workshop in found}


async def _form(
    request: Request, principal: Principal, session: ReadSession | WriteSession, form: Form[HowToForm], *,
    how_to_id: UUID | None = None, status: int = 200,
) -> Response:  # fmt: skip
    workshops = {} if how_to_id else await _workshops(principal, session)
    return page(
        request, "how_to/templates/how_to.html", principal=principal, form=form, how_to_id=how_to_id,
        workshops={str(one): name for one, name in workshops.items()},
        topics={topic.value: gettext(topic.label_fr) for topic in HowToKind}, status=status,
    )  # fmt: skip
