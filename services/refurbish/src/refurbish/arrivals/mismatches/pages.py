"""The page of the mismatch queue."""

from typing import Annotated, Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.identifiers import is_label
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Table,
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
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from refurbish.arrivals.mismatches import service
from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router("/ecarts")


class Surplus(BaseModel):
    """What the thing is, and whether its label is of another network."""

    category: Category
    relabel: bool = False


QUEUE = Table(columns=())


@router.get("", name="mismatches")
async def queue(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """What matches nothing, newest first."""
    return await _queue(request, principal, session)


async def _queue(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[Any] | None = None,
    entry: UUID | None = None,
    status: int = 200,
) -> Response:
    """The queue; again with what was typed at one of its entries, when that was refused."""
    view = QUEUE.read(request)
    mismatches = MismatchRepository.from_session(session)
    found = await mismatches.listing(workshops_of(principal), part=view.part)
    return page(
        request, "arrivals/mismatches/templates/mismatches.html", principal=principal,
        view=view.fill(found.rows, found), form=form or Form(), refused=entry, status=status,
        candidates=await mismatches.candidates(workshops_of(principal), [one.id for one in found.rows]),
        category_of=Category, categories=list(Category), is_label=is_label,
    )  # fmt: skip


@router.post("/{mismatch_id}/rattacher", name="attach_mismatch")
async def attach(
    request: Request, mismatch_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It is this expected device."""
    text = str((await request.form()).get("label", ""))[:300]
    form = Form[BaseModel]({"label": text})
    if not text.strip():
        form.errors["label"] = gettext("Scanne l'équipement attendu, ou écris son étiquette.")
        return await _queue(request, principal, session, form, mismatch_id, 422)
    async with attempt(request, form, field="label") as tried:
        device = await service.attach(session, principal, mismatch_id, text)
        flash(request, gettext("{label} est arrivé.").format(label=device.label))
        return redirect(path("device", device_id=device.id))
    return await _queue(request, principal, session, form, mismatch_id, tried.refusal.status_code)


@router.post("/{mismatch_id}/recevoir", name="receive_mismatch")
async def receive(
    request: Request, mismatch_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """No lot lists it: it gets a label, and is worked on like the others."""
    form = await read_form(request, Surplus)
    status = 422
    if form.is_valid:
        async with attempt(request, form, field="category") as tried:
            device = await service.receive_as_surplus(
                session, principal, mismatch_id, form.data.category, relabel=form.data.relabel
            )
            flash(request, gettext("{label} est reçu en trop : colle son étiquette.").format(label=device.label))
            return redirect(path("device_label", device_id=device.id))
        status = tried.refusal.status_code
    return await _queue(request, principal, session, form, status=status)


@router.post("/{mismatch_id}/classer", name="dismiss_mismatch")
async def dismiss(
    request: Request, mismatch_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It is nobody's."""
    reason = str((await request.form()).get("reason", "")).strip()[:500] or gettext("Sans raison donnée")
    await service.dismiss(session, principal, mismatch_id, reason)
    flash(request, gettext("C'est classé."), "info")
    return redirect(path("mismatches"))


@router.get("/regles", name="settled_mismatches")
async def settled(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """What was settled, each with its way back."""
    view = QUEUE.read(request)
    found = await MismatchRepository.from_session(session).settled(workshops_of(principal), part=view.part)
    return page(
        request, "arrivals/mismatches/templates/settled.html", principal=principal, view=view.fill(found.rows, found)
    )


@router.post("/{mismatch_id}/rouvrir", name="reopen_mismatch")
async def reopen(
    request: Request, mismatch_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It was settled by mistake."""
    await service.reopen(session, principal, mismatch_id)
    flash(request, gettext("C'est de nouveau à vérifier."), "wait")
    return redirect(path("mismatches"))
