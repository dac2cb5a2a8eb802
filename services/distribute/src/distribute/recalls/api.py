"""API of recalls: /recalls."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.after_sale.api import OPENING
from distribute.recalls import service
from distribute.recalls.errors import (
    AlreadyRecalled,
    EndsAtItsWorkshop,
    ModelUnknown,
    NoSuchDevice,
    NotToBringBack,
    RecallEnded,
    RecallNotFound,
)
from distribute.recalls.repository import RecallsRepository
from distribute.recalls.schemas import BringBackOut, PreviewOut, RecalledOut, RecallIn, RecallOut, TargetIn
from distribute.tenancy import relais_of, workshops_of

router = api_router("/recalls", tags=["recalls"])

Coordination = Annotated[Principal, allow(Role.COORDINATOR)]
Relais = Annotated[Principal, allow(Role.RELAIS)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]


@router.post("/preview", responses=raises(NoSuchDevice, ModelUnknown))
async def preview(body: TargetIn, principal: Coordination, session: ReadSession) -> PreviewOut:
    """Which devices a recall of this device's lot or model would concern, by where they are; nothing is changed."""
    return await service.preview(session, body)


@router.post("", status_code=201, responses=raises(NoSuchDevice, ModelUnknown, AlreadyRecalled, RecallNotFound))
async def start(body: RecallIn, principal: Coordination, session: WriteSession) -> RecallOut:
    """Recall a lot or a model: what is free is held, promises are replaced, Relais and workshops are written to."""
    return await service.start(session, principal, body)


@router.get("")
async def listing(principal: EitherSide, session: ReadSession) -> list[RecallOut]:
    """Recalls that concern the caller, those under way first."""
    return await RecallsRepository.from_session(session).listing(relais_of(principal), workshops_of(principal))


@router.get("/{recall_id}", responses=raises(RecallNotFound))
async def get(recall_id: UUID, principal: EitherSide, session: ReadSession) -> RecallOut:
    """One recall, and how far it is."""
    return await service.get(session, principal, recall_id)


@router.get("/{recall_id}/devices", responses=raises(RecallNotFound))
async def devices(recall_id: UUID, principal: EitherSide, session: ReadSession) -> list[RecalledOut]:
    """Its devices that the caller may see, what is outside first."""
    return await service.items(session, principal, recall_id)


@router.post("/{recall_id}/end", responses=raises(RecallNotFound, RecallEnded, EndsAtItsWorkshop))
async def end(recall_id: UUID, principal: Coordination, session: WriteSession) -> RecallOut:
    """It is over: what was held is free again."""
    return await service.end(session, principal, recall_id)


@router.post(
    "/{recall_id}/devices/{device_id}/bring-back",
    responses=raises(RecallNotFound, RecallEnded, NotToBringBack, *OPENING),
)
async def bring_back(recall_id: UUID, device_id: UUID, principal: Relais, session: WriteSession) -> BringBackOut:
    """The Relais has it in hand: its case is opened where a person had it; it goes back to its workshop."""
    return await service.bring_back(session, principal, recall_id, device_id)
