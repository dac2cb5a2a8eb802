"""API of what changes a Relais and its orders: /relais/{relais_id}."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, Role, WriteSession, allow, api_router, raises

from distribute.orders import corrections
from distribute.relais.errors import BadRelais, RelaisAlreadyRegistered, RelaisNotFound
from distribute.relais.schemas import RelaisIn, RelaisOut

router = api_router("/relais", tags=["relais"])


@router.put("/{relais_id}", responses=raises(RelaisNotFound, RelaisAlreadyRegistered, BadRelais))
async def change(
    relais_id: UUID, body: RelaisIn, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> RelaisOut:
    """Correct the facts of a structure; what is not said of public gifts and of the day of the request stays."""
    return await corrections.change(session, principal, relais_id, body)
