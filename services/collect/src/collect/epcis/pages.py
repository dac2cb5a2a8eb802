"""The download of a donation's EPCIS events from its pages."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import Principal, Role, StreamSession, allow, page_router
from filiere.web.app_state import app_state

from collect.donations.service import get as get_donation
from collect.epcis.download import epcis_document
from collect.tenancy import donors_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]


@router.get("/dons/{donation_id}/epcis.jsonld", name="donation_epcis")
async def document(request: Request, donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    donation = await get_donation(session, donation_id, principal)
    return epcis_document(session, donors_of(principal), donation, app_state(request).settings.public_url)
