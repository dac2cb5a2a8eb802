"""API of joining."""

from typing import Annotated
from uuid import UUID

from filiere.keys import NO_KEY
from filiere.web import Principal, Role, WriteSession, allow, api_router, raises

from collect.donors.errors import DonorNotFound
from collect.joining import service
from collect.joining.errors import AlreadyRegistered, FirstOneWaits, NothingToConfirm
from collect.joining.schemas import Confirm, Join, JoinedOut

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
