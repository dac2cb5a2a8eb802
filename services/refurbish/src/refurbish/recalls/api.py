"""JSON API of recalls."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, WriteSession, api_router, raises

from refurbish.devices.errors import DeviceNotFound, DeviceNotHere, NotGone, NotReady, NotWithdrawn, PromiseMoved
from refurbish.devices.schemas import DeviceOut, Recall
from refurbish.erasure.errors import MediaAreDeclared, MemoryIsSoldered, NoneAndSome, TooManyMedia, UnreadableSerial
from refurbish.recalls import service
from refurbish.tenancy import AT_WORK
from refurbish.waste.errors import GoneAsWaste

router = api_router("/devices")


@router.post(
    "/{device_id}/recall",
    responses=raises(
        DeviceNotFound, DeviceNotHere, NotReady, PromiseMoved, MediaAreDeclared, MemoryIsSoldered, NoneAndSome,
        TooManyMedia, UnreadableSerial,
    ),
)  # fmt: skip
async def recall(
    device_id: UUID, body: Recall, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """Bring a ready device back to the bench: nobody can order it until it is tested, graded and ready again.

    One that is promised stays ready until distribute has taken the promise back, which takes a moment.
    """
    return DeviceOut.of(await service.recall(session, principal, device_id, body.reason, body.promised_to))


@router.post(
    "/{device_id}/reopen",
    responses=raises(
        DeviceNotFound, DeviceNotHere, NotWithdrawn, GoneAsWaste, MediaAreDeclared, MemoryIsSoldered, NoneAndSome,
        TooManyMedia, UnreadableSerial,
    ),
)  # fmt: skip
async def reopen(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> DeviceOut:
    """Work on a withdrawn device after all; what is wiped stays wiped."""
    return DeviceOut.of(await service.reopen(session, principal, device_id))


@router.post("/{device_id}/still-here", responses=raises(DeviceNotFound, NotGone))
async def still_here(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> DeviceOut:
    """A device that was said to be shipped lies at the workshop: distribute gives it back unless it was received."""
    return DeviceOut.of(await service.still_here(session, principal, device_id))
