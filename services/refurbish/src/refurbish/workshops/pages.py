"""Pages of the workshops, for the coordination."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
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
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from refurbish.tenancy import AT_WORK, COORDINATION, LEADS, workshops_of
from refurbish.workshops import service
from refurbish.workshops.errors import WorkshopNotFound
from refurbish.workshops.repository import WorkshopRepository
from refurbish.workshops.schemas import Capacity, NewMember, NewWorkshop, PerWeek

router = page_router("/ateliers")


class CapacityForm(BaseModel):
    """Devices a week, one field per category; empty means none."""

    basic_phone: PerWeek = 0
    smartphone: PerWeek = 0
    tablet: PerWeek = 0
    laptop: PerWeek = 0
    desktop: PerWeek = 0
    monitor: PerWeek = 0
    printer: PerWeek = 0
    competences: list[Category] = Field(default_factory=list, max_length=len(Category))

    def capacity(self) -> dict[Category, int]:
        counts = {category: int(getattr(self, category.value)) for category in Category}
        return {category: count for category, count in counts.items() if count}


class WorkshopForm(CapacityForm):
    """A workshop to register."""

    name: str = Field(min_length=2, max_length=200)
    city: str = Field(min_length=1, max_length=200)
    postcode: str = Field(pattern=r"^\d{5}$")


@router.get("", name="workshops")
async def workshops(request: Request, principal: Annotated[Principal, COORDINATION], session: ReadSession) -> Response:
    """Every workshop of the network."""
    found = await WorkshopRepository.from_session(session).listing(workshops_of(principal))
    return page(request, "workshops/templates/workshops.html", principal=principal, workshops=found)


@router.get("/nouveau", name="new_workshop")
async def new_page(request: Request, principal: Annotated[Principal, COORDINATION]) -> Response:
    """Ask for a workshop."""
    return _form(request, principal, Form())


@router.post("/nouveau", name="new_workshop")
async def register(request: Request, principal: Annotated[Principal, COORDINATION], session: WriteSession) -> Response:
    """Register it."""
    form = await read_form(request, WorkshopForm)
    if not form.is_valid:
        return _form(request, principal, form, status=422)
    values = form.data
    new = NewWorkshop(name=values.name, city=values.city, postcode=values.postcode, capacity=values.capacity())
    workshop = await service.register(session, new)
    flash(request, gettext("{name} est enregistré.").format(name=workshop.name))
    return redirect(path("workshop", workshop_id=workshop.id))


@router.get("/{workshop_id}", name="workshop")
async def workshop_page(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One workshop: what it takes, who acts for it."""
    return await _workshop(request, workshop_id, principal, session)


@router.post("/{workshop_id}/capacite", name="workshop_capacity")
async def change_capacity(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, LEADS], session: WriteSession
) -> Response:
    """Change what it takes, and what it knows how to refurbish."""
    form = await read_form(request, CapacityForm, lists=("competences",))
    if form.is_valid:
        new = Capacity(capacity=form.data.capacity(), competences=form.data.competences)
        await service.change_capacity(session, principal, workshop_id, new)
        flash(request, gettext("La capacité est enregistrée. La collecte choisit les ateliers d'après elle."))
        return redirect(path("workshop", workshop_id=workshop_id))
    return await _workshop(request, workshop_id, principal, session, capacity=form)


@router.post("/{workshop_id}/membres", name="workshop_members")
async def add_member(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, COORDINATION], session: WriteSession
) -> Response:
    """Let a person act for it."""
    form = await read_form(request, NewMember)
    if form.is_valid:
        async with attempt(request, form, field="subject"):
            await service.add_member(session, principal, workshop_id, form.data.subject)
            flash(request, gettext("{person} peut travailler dans cet atelier.").format(person=form.data.subject))
            return redirect(path("workshop", workshop_id=workshop_id))
    return await _workshop(request, workshop_id, principal, session, member=form)


async def _workshop(
    request: Request,
    workshop_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    *,
    capacity: Form[CapacityForm] | None = None,
    member: Form[NewMember] | None = None,
) -> Response:
    """The workshop's page; again with what was typed into one of its forms, when that was refused."""
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), workshop_id)
    if workshop is None:
        raise WorkshopNotFound(workshop_id)
    known: dict[str, str | list[str]] = {category.value: str(count) for category, count in workshop.capacity.items()}
    known["competences"] = [category.value for category in workshop.competences]
    now = Form[CapacityForm](known)
    return page(
        request, "workshops/templates/workshop.html", principal=principal, workshop=workshop, form=capacity or now,
        member=member or Form(), categories=list(Category), status=422 if capacity or member else 200,
    )  # fmt: skip


def _form(request: Request, principal: Principal, form: Form[WorkshopForm], *, status: int = 200) -> Response:
    return page(
        request,
        "workshops/templates/new.html",
        principal=principal,
        form=form,
        categories=list(Category),
        status=status,
    )
