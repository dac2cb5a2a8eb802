"""Pages of a donation that is taken back: withdrawn, cancelled, and declared again."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import Principal, Role, WriteSession, allow, flash, page_router, path, read_form, redirect
from filiere.web import gettext as _
from pydantic import BaseModel

from collect.donations import ending, service
from collect.donations.schemas import Reason
from collect.pickups import slots

router = page_router("/dons")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
DonorAlone = Annotated[Principal, allow(Role.DONOR)]


class CancelForm(BaseModel):
    reason: Reason


@router.post("/{donation_id}/retirer", name="withdraw_donation")
async def withdraw(request: Request, donation_id: UUID, principal: DonorAlone, session: WriteSession) -> Response:
    done = await ending.withdraw(session, donation_id, principal)
    flash(request, _("Le don %(reference)s est retiré.") % {"reference": done.reference})
    return redirect(path("donation", donation_id=donation_id))


@router.post("/{donation_id}/annuler", name="cancel_donation")
async def cancel(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, CancelForm)
    if form.is_valid:
        done = await ending.cancel(session, donation_id, form.data.reason, principal)
        flash(request, _("Le don %(reference)s est annulé.") % {"reference": done.reference})
    else:
        await service.get(session, donation_id, principal)
        flash(request, _("Dites en quelques mots pourquoi le don est annulé."), "stop")
    return redirect(path("donation", donation_id=donation_id))


@router.post("/{donation_id}/reprendre", name="draft_again")
async def draft_again(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """The same lines, place and days, in a draft."""
    draft_id = await ending.draft_again(session, donation_id, principal)
    await slots.carry(session, donation_id, draft_id, principal)
    return redirect(path("donation", donation_id=draft_id))
