"""API of a donation's EPCIS events."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import Principal, Role, StreamSession, allow, api_router, raises
from filiere.web.app_state import app_state

from collect.donations.errors import DonationNotFound
from collect.donations.service import get as get_donation
from collect.epcis.download import MEDIA_TYPE, epcis_document
from collect.keys import READ
from collect.tenancy import donors_of

router = api_router("/donations", tags=["documents"])

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ,))]


@router.get(
    "/{donation_id}/epcis",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **raises(DonationNotFound)},
)
async def document(request: Request, donation_id: UUID, principal: Reader, session: StreamSession) -> Response:
    """What happened to each device, as GS1 EPCIS 2.0 events in JSON-LD, whole."""
    donation = await get_donation(session, donation_id, principal)
    return epcis_document(session, donors_of(principal), donation, app_state(request).settings.public_url)
