"""API of joining."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from filiere.keys import NO_KEY
from filiere.web import Principal, Role, WriteSession, allow, api_router, raises
from filiere.web.app_state import app_state

from collect.donations.errors import BeingAccepted, DonationNotFound, DonationNotInState
from collect.donors.errors import DonorNotFound
from collect.joining import service
from collect.joining.errors import AlreadyRegistered, FirstOneWaits, NothingToConfirm, NothingToReopen, SirenTaken
from collect.joining.schemas import Confirm, Join, JoinedOut, Refuse, Reopen

router = api_router("", tags=["donors"])


@router.post("/registrations", status_code=201, responses=raises(AlreadyRegistered, FirstOneWaits))
async def join(body: Join, principal: Annotated[Principal, allow(keys=NO_KEY)], session: WriteSession) -> JoinedOut:
    """Register one's own company, and act for it from then on."""
    return await service.join(session, body, principal)


@router.post("/donors/{donor_id}/confirm", responses=raises(DonorNotFound, NothingToConfirm))
async def confirm(
    donor_id: UUID, body: Confirm, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> JoinedOut:
    """Confirm a company that registered itself, as a public body or not."""
    return await service.confirm(session, donor_id, body, principal)


@router.post(
    "/donors/{donor_id}/refuse",
    responses=raises(DonorNotFound, NothingToConfirm, DonationNotFound, DonationNotInState, BeingAccepted),
)
async def refuse(
    donor_id: UUID,
    body: Refuse,
    request: Request,
    principal: Annotated[Principal, allow(Role.COORDINATOR)],
    session: WriteSession,
) -> JoinedOut:
    """Refuse a company that registered itself, with the reason that its people read; its SIREN is free again."""
    made = await service.refuse(session, donor_id, body, principal)
    app_state(request).memberships.forget_all()
    return made


@router.post("/donors/{donor_id}/reopen", responses=raises(DonorNotFound, NothingToReopen, SirenTaken))
async def reopen(
    donor_id: UUID,
    body: Reopen,
    request: Request,
    principal: Annotated[Principal, allow(Role.COORDINATOR)],
    session: WriteSession,
) -> JoinedOut:
    """Take a refusal back: the registration waits for its answer again, and its people act for it."""
    made = await service.reopen(session, donor_id, body, principal)
    app_state(request).memberships.forget_all()
    return made
