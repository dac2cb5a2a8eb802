"""What was owed before, on the statement: said and corrected by the coordination."""

from typing import Annotated
from uuid import UUID

from filiere.identifiers import uuid7
from filiere.web import (
    Conflict,
    Principal,
    Role,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    own_settings,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.dues import carrying
from distribute.dues.dues_forms import CarriedForm, ReasonForm
from distribute.dues.errors import CarriedKeyReused
from distribute.dues.pages import statement_page
from distribute.settings import DistributeSettings

router = page_router()

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]


@router.post("/relais/{relais_id}/releve/dettes-d-avant", name="carry_over")
async def carry_over(
    request: Request, relais_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """Say what was owed before; pressed twice it is one."""
    form = await read_form(request, CarriedForm)
    if form.is_valid:
        async with attempt(request, form) as tried:
            made = await carrying.carry_over(session, principal, settings, relais_id, form.data.asked())
            flash(
                request,
                gettext("Dette reprise : %(number)s est à payer.") % {"number": made.invoice}
                if made.invoice
                else gettext("Dette reprise : elle sera sur la prochaine facture."),
            )
            return redirect(path("statement", relais_id=relais_id))
        if isinstance(tried.error, CarriedKeyReused):  # a page from before, by the way back: the next press is another
            form.values = {**form.values, "id": str(uuid7())}
    return await statement_page(request, principal, session, relais_id, carried_form=form)


@router.post("/dettes-d-avant/{carried_id}/corriger", name="correct_carried")
async def correct(
    request: Request, carried_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """Take it back by its opposite."""
    relais_id = await carrying.relais_of_carried(session, carried_id)
    form = await read_form(request, ReasonForm)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await carrying.correct(session, principal, settings, carried_id, form.data.reason)
        flash(request, gettext("Dette d'avant corrigée par une écriture contraire."))
        return redirect(path("statement", relais_id=relais_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("statement", relais_id=relais_id))
