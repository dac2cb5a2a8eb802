"""API of packing instructions."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from collect.keys import DECLARE, READ
from collect.packing import service
from collect.packing.errors import NotTheSameNumber, PackingChanged
from collect.packing.schemas import PackingIn, PackingOut

router = api_router("/packing")

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ, DECLARE))]


@router.get("")
async def get(principal: Reader, session: ReadSession) -> PackingOut:
    """What a donor is asked to prepare before a pickup; a key does not read who wrote it."""
    now = await service.current(session)
    return now.model_copy(update={"by_name": ""}) if principal.is_key else now


@router.put("", responses=raises(PackingChanged, NotTheSameNumber))
async def put(
    body: PackingIn, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> PackingOut:
    """Say it in other words; the version before is kept."""
    return await service.change(session, body, principal)
