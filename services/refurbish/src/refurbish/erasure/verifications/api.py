"""JSON API of verifications."""

from typing import Annotated
from uuid import UUID

from filiere.web import Page, Paging, Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.schemas import DeviceOut
from refurbish.erasure.verifications import service
from refurbish.erasure.verifications.errors import ErasureNotFound, NothingToVerify, OwnErasure, ReasonMissing
from refurbish.erasure.verifications.repository import VerificationRepository
from refurbish.erasure.verifications.schemas import AwaitedOut, NewVerification
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("/verifications")


@router.get("")
async def list_awaited(
    principal: Annotated[Principal, AT_WORK], session: ReadSession, paging: Paging
) -> Page[AwaitedOut]:
    """Erasures that wait for a second person, the oldest first."""
    found = await VerificationRepository.from_session(session).awaited(workshops_of(principal), paging.part)
    return paging.of([AwaitedOut.model_validate(one) for one in found.rows], found)


@router.post(
    "/{erasure_id}",
    status_code=201,
    responses=raises(DeviceNotFound, ErasureNotFound, NothingToVerify, OwnErasure, ReasonMissing),
)
async def verify(
    erasure_id: UUID, body: NewVerification, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """Confirm or refuse an erasure. The caller is the second person: never whoever wiped."""
    return DeviceOut.of(await service.verify(session, principal, erasure_id, body))
