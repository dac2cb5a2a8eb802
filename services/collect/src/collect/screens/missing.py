"""What pages do about missing devices and counts: « je l'ai retrouvé », « le compte est bon », fetch what turned up."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import Principal, Role, WriteSession, allow, flash, ngettext, page_router, path, redirect
from filiere.web import gettext as _
from filiere.web.formats import number

from collect.lots import service as lots
from collect.pickups import found as finding

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.post("/equipements/{device_id}/retrouver", name="found_device")
async def found(request: Request, device_id: UUID, principal: Donor, session: WriteSession) -> Response:
    device = await finding.found(session, device_id, principal, is_there=True)
    flash(request, _("%(label)s : %(why)s.") % {"label": device.label, "why": device.why})
    return redirect(path("donation", donation_id=device.donation_id, etape="missing") + "#devices")


@router.post("/equipements/{device_id}/toujours-absent", name="not_found_device")
async def not_found(request: Request, device_id: UUID, principal: Donor, session: WriteSession) -> Response:
    device = await finding.found(session, device_id, principal, is_there=False)
    flash(request, _("%(label)s : %(why)s.") % {"label": device.label, "why": device.why})
    return redirect(path("donation", donation_id=device.donation_id, etape="missing") + "#devices")


@router.post("/dons/{donation_id}/collecter-retrouves", name="collect_found")
async def collect_found(
    request: Request, donation_id: UUID, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> Response:
    done = await finding.collect_found(session, donation_id, principal)
    sentence = ngettext(
        "%(num)s équipement collecté, lot scellé. Choisissez maintenant son atelier.",
        "%(num)s équipements collectés, lot scellé. Choisissez maintenant son atelier.",
        done.devices,
    )
    flash(request, sentence % {"num": number(done.devices)})
    return redirect(path("lot", lot_id=done.lots[0]))


@router.post("/lots/{lot_id}/confirmer", name="confirm_lot")
async def confirm(
    request: Request, lot_id: UUID, principal: Annotated[Principal, allow(Role.DONOR)], session: WriteSession
) -> Response:
    lot = await lots.confirm(session, lot_id, principal)
    flash(request, _("Vous avez confirmé le compte du lot %(code)s.") % {"code": lot.code})
    return redirect(path("donation", donation_id=lot.donation_id))
