"""Pages of donors: the coordinator's list and registration, a donor's own card."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    StreamSession,
    Table,
    TableView,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web import gettext as _
from filiere.web.journal import journal_of
from pydantic import BaseModel

from collect.donors import service
from collect.donors.errors import DonorExists
from collect.donors.journal_words import said
from collect.donors.public_bodies import signs_of_public_body
from collect.donors.repository import DonorRepository
from collect.donors.schemas import DonorOut, Email, Insee, Name, Postcode, RegisterDonor, Siren, SiteIn, Wishes
from collect.donors.status import Standing
from collect.tenancy import donors_of

router = page_router("/donateurs")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

STANDINGS = {Standing.TO_CONFIRM.value: "À confirmer", Standing.REFUSED.value: "Refusées"}
DONORS = Table(
    columns=(
        Column("name", "Entreprise"),
        Column("siren", "SIREN"),
        Column("kind", "Nature", sheet=("Organisme public", "Catégorie juridique")),
    ),
    always=("Entreprise",),
    filters=(
        Search("q", "Chercher", "nom ou SIREN"),
        Choice("etat", "Inscription", STANDINGS),
    ),
)
HEADER = (
    "Entreprise",
    "SIREN",
    "Organisme public",
    "Catégorie juridique",
    "À confirmer",
    "Inscrite le",
    "Raison du refus",
)


class RegisterForm(BaseModel):
    """The registration on one page: the same rules as the API, flat."""

    siren: Siren
    name: Name
    public_body: bool = False
    site_label: Name
    address: Name
    postcode: Postcode
    city: Name
    insee: Insee | None = None
    contact_name: Name
    contact_email: Email

    def command(self) -> RegisterDonor:
        return RegisterDonor.model_validate(
            {
                "siren": self.siren,
                "name": self.name,
                "public_body": self.public_body,
                "site": {
                    "label": self.site_label,
                    "address": self.address,
                    "postcode": self.postcode,
                    "city": self.city,
                    "insee": self.insee,
                },
                "contact": {"name": self.contact_name, "email": self.contact_email},
            }
        )


@router.get("", name="donors")
async def listing(request: Request, principal: Donor, session: ReadSession) -> Response:
    view = DONORS.read(request)
    found = await DonorRepository.from_session(session).listing(
        donors_of(principal), view.q, view.part, _standing(view)
    )
    if not principal.is_coordinator and len(found.rows) == 1 and not view.is_filtered:
        return redirect(path("donor", donor_id=found.rows[0].id))
    return page(request, "donors/templates/donors.html", principal=principal, view=view.fill(found.rows, found))


@router.get("/liste.csv", name="donors_csv")
async def export(request: Request, principal: Donor, session: StreamSession) -> Response:
    """The donors as a spreadsheet, under the page's filters."""
    view = DONORS.read(request)
    found = DonorRepository.from_session(session).each(donors_of(principal), view.q, _standing(view))
    return sheet_response("donateurs.csv", HEADER, _rows(found), view, spoken=True)


def _standing(view: TableView) -> Standing | None:
    return Standing(view["etat"]) if view["etat"] else None


async def _rows(donors: AsyncIterator[DonorOut]) -> AsyncIterator[tuple[object, ...]]:
    async for one in donors:
        yield (
            one.name,
            one.siren,
            one.public_body,
            one.legal_category,
            one.to_confirm,
            one.created_at,
            one.refused_reason,
        )


@router.get("/nouveau", name="new_donor")
async def registration(request: Request, principal: Coordinator) -> Response:
    return page(request, "donors/templates/register.html", principal=principal, form=Form[RegisterForm]())


@router.post("/nouveau", name="new_donor")
async def register(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    form = await read_form(request, RegisterForm)
    if form.is_valid:
        async with attempt(request, form, DonorExists):
            donor = await service.register(session, form.data.command(), principal)
            flash(request, _("%(name)s est inscrit.") % {"name": donor.name})
            return redirect(path("donor", donor_id=donor.id))
    return page(request, "donors/templates/register.html", principal=principal, status=422, form=form)


@router.get("/{donor_id}", name="donor")
async def donor_page(request: Request, donor_id: UUID, principal: Donor, session: ReadSession) -> Response:
    return await show(request, session, donor_id, principal)


async def show(
    request: Request,
    session: ReadSession,
    donor_id: UUID,
    principal: Principal,
    *,
    status: int = 200,
    site_form: Form[SiteIn] | None = None,
) -> Response:
    """The donor's page; with the errors of the form that was refused, if one was."""
    donor = await service.get(session, donor_id, principal)
    return page(
        request,
        "donors/templates/donor.html",
        principal=principal,
        status=status,
        donor=donor,
        signs=signs_of_public_body(donor.siren, donor.legal_category) if donor.to_confirm else [],
        journal=await journal_of(request, session, service.JOURNAL, donor.id, said),
        site_form=site_form or Form[SiteIn](),
    )


@router.post("/{donor_id}/lieux", name="donor_sites")
async def add_site(request: Request, donor_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, SiteIn)
    donor = await service.get(session, donor_id, principal)
    if form.is_valid:
        site = await service.add_site(session, donor.id, form.data, principal)
        flash(request, _("Le site %(label)s est ajouté.") % {"label": site.label})
        return redirect(path("donor", donor_id=donor_id))
    return await show(request, session, donor_id, principal, status=422, site_form=form)


@router.post("/{donor_id}/souhaits", name="donor_wishes")
async def wish(request: Request, donor_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, Wishes)
    if form.is_valid:
        await service.wish(session, donor_id, form.data, principal)
        flash(request, _("C'est noté."))
    return redirect(path("donor", donor_id=donor_id))
