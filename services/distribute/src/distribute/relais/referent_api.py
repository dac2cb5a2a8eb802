"""API of whom to telephone: /relais/{relais_id}/referents."""

from typing import Annotated
from uuid import UUID

from filiere.duties import Duty
from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.relais import referent
from distribute.relais.errors import RelaisNotFound
from distribute.relais.referent import ReferentIn, ReferentsOut

router = api_router("/relais/{relais_id}/referents", tags=["relais"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


@router.get("", responses=raises(RelaisNotFound))
async def get(relais_id: UUID, principal: Reader, session: ReadSession) -> ReferentsOut:
    """Whom to telephone, on both sides."""
    return await referent.of_one(session, principal, relais_id)


@router.put("/network", responses=raises(RelaisNotFound))
async def name_for_network(
    relais_id: UUID, body: ReferentIn, principal: Coordinator, session: WriteSession
) -> ReferentsOut:
    """Name whom the Relais telephones; an empty name and number name nobody."""
    return await referent.name_for_network(session, principal, relais_id, body)


@router.put("/relais", responses=raises(RelaisNotFound))
async def name_for_relais(relais_id: UUID, body: ReferentIn, principal: Lead, session: WriteSession) -> ReferentsOut:
    """Name whom the coordination telephones; an empty name and number name nobody."""
    return await referent.name_for_relais(session, principal, relais_id, body)
