"""What is kept about persons, on screen: look it up, give it out, erase it, read what was erased."""

from typing import Annotated

from filiere.calendar import day_of
from filiere.catalogue.money import in_euros
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.publics import public_label
from distribute.retention import service
from distribute.retention.errors import NothingKept
from distribute.retention.repository import RetentionRepository
from distribute.retention.schemas import AliasIn, AliasOut
from distribute.tenancy import own_relais_of

router = page_router("/caisse/reperes")

Relais = Annotated[Principal, allow(Role.RELAIS)]
HEADER = ("N° de reçu", "Jour", "Équipement", "Étiquette", "Palier", "Montant en euros", "Public")


@router.get("", name="aliases")
async def aliases(request: Request, principal: Relais, session: ReadSession) -> Response:
    """The rule, one field, the report."""
    return await _show(request, principal, session, Form(), None)


@router.post("", name="aliases")
async def look_up(request: Request, principal: Relais, session: ReadSession) -> Response:
    """What is kept under a repère; it comes in a form, so that no address holds it."""
    form, found = await read_form(request, AliasIn), None
    if form.is_valid:
        async with attempt(request, form, NothingKept, field="alias"):
            found = await service.kept(session, principal, form.data.alias)
    return await _show(request, principal, session, form, found, 200 if found else 422)


@router.post("/exporter", name="export_alias")
async def export(request: Request, principal: Relais, session: ReadSession) -> Response:
    """The same as a file, to give to the person."""
    form = await read_form(request, AliasIn)
    if form.is_valid:
        async with attempt(request, form, NothingKept, field="alias"):
            found = await service.kept(session, principal, form.data.alias)
            return sheet_response("ce-qui-est-garde.csv", HEADER, _rows(found), spoken=True)
    return await _show(request, principal, session, form, None, 422)


@router.post("/effacer", name="erase_alias")
async def erase(request: Request, principal: Relais, session: WriteSession) -> Response:
    """Keep nothing about the person any more."""
    form = await read_form(request, AliasIn)
    if form.is_valid:
        async with attempt(request, form, NothingKept, field="alias"):
            erased = await service.erase(session, principal, form.data.alias)
            said = ngettext(
                "Effacé : %(num)s remise ne dit plus rien de personne.",
                "Effacé : %(num)s remises ne disent plus rien de personne.",
                erased.handovers,
            )
            flash(request, said % {"num": erased.handovers})
            return redirect(path("aliases"))
    return await _show(request, principal, session, form, None, 422)


async def _show(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[AliasIn],
    found: AliasOut | None,
    status: int = 200,
) -> Response:
    reports = await RetentionRepository.from_session(session).reports(own_relais_of(principal))
    return page(
        request,
        "retention/templates/aliases.html",
        principal=principal,
        status=status,
        form=form,
        found=found,
        reports=reports,
        public_label=public_label,
        years=service.YEARS,
    )


def _rows(found: AliasOut) -> list[list[object]]:
    return [
        [
            one.receipt,
            day_of(one.handed_over_at).isoformat(),
            one.name or (gettext(one.category.label_fr) if one.category else ""),
            one.label,
            gettext(one.tier.label_fr),
            in_euros(one.amount_cents),
            gettext(public_label(one.public)) if one.public else "",
        ]
        for one in found.handovers
    ]
