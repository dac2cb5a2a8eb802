"""API of public listings: /relais/{relais_id}/public-listing."""

from typing import Annotated
from uuid import UUID

from filiere.duties import Duty
from filiere.web import Principal, Role, WriteSession, allow, api_router, raises

from distribute.nearby import service
from distribute.nearby.listing import ListingIn
from distribute.relais.errors import RelaisNotFound

router = api_router("/relais", tags=["relais"])

Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]


@router.put("/{relais_id}/public-listing", status_code=204, responses=raises(RelaisNotFound))
async def show(relais_id: UUID, body: ListingIn, principal: Lead, session: WriteSession) -> None:
    """Show one's structure to everybody, with its name, address, hours, publics and contact."""
    await service.show(session, principal, relais_id, body)


@router.delete("/{relais_id}/public-listing", status_code=204, responses=raises(RelaisNotFound))
async def hide(relais_id: UUID, principal: Lead, session: WriteSession) -> None:
    """Show it to nobody any more."""
    await service.hide(session, principal, relais_id)
