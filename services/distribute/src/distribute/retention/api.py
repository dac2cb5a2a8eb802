"""API of what is kept about persons: /aliases. For their own Relais alone."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.retention import service
from distribute.retention.errors import NothingKept
from distribute.retention.schemas import AliasIn, AliasOut, ErasedOut

router = api_router("/aliases", tags=["handovers"])

Relais = Annotated[Principal, allow(Role.RELAIS)]


@router.post("/export", responses=raises(NothingKept))
async def export(body: AliasIn, principal: Relais, session: ReadSession) -> AliasOut:
    """All that is kept under a repère, for the person who asks for it. In a body: addresses stand in logs."""
    return await service.kept(session, principal, body.alias)


@router.post("/erase", responses=raises(NothingKept))
async def erase(body: AliasIn, principal: Relais, session: WriteSession) -> ErasedOut:
    """Keep nothing under a repère any more: handovers, receipts and amounts stay, without anybody."""
    return await service.erase(session, principal, body.alias)
