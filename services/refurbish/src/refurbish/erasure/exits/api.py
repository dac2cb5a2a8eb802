"""JSON API of media that are gone."""

from typing import Annotated
from uuid import UUID

from filiere.web import Page, Paging, Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.devices.schemas import DeviceOut
from refurbish.erasure.errors import (
    DiskThereAlready,
    MediaAreDeclared,
    MemoryIsSoldered,
    NoDiskFits,
    NoneAndSome,
    TooManyMedia,
    UnreadableSerial,
)
from refurbish.erasure.exits import service
from refurbish.erasure.exits.errors import (
    ExitIsAnswered,
    ExitIsAsked,
    ExitIsTakenBack,
    ExitNotFound,
    ItWasWiped,
    MediumNotFound,
    NotOwnExit,
    OtherNotHere,
    OwnExit,
    WhereTo,
    WhyNot,
)
from refurbish.erasure.exits.repository import ExitRepository
from refurbish.erasure.exits.schemas import ExitAnswer, ExitOut, NewExit
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("", tags=["erasures"])


@router.post(
    "/devices/{device_id}/media-exits",
    status_code=201,
    responses=raises(
        DeviceNotFound,
        DeviceNotHere,
        MediumNotFound,
        ExitIsAsked,
        ItWasWiped,
        WhereTo,
        OtherNotHere,
        NoDiskFits,
        DiskThereAlready,
    ),
)
async def ask(
    device_id: UUID, body: NewExit, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> ExitOut:
    """Say that a medium is not in the device: declared by mistake, or taken out. A second person has to confirm it."""
    return ExitOut.model_validate(await service.ask(session, principal, device_id, body))


@router.get("/devices/{device_id}/media-exits", responses=raises(DeviceNotFound))
async def of_device(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> list[ExitOut]:
    """Every exit of a device's media, the oldest first."""
    device = await devices.find(session, principal, device_id)
    return [ExitOut.model_validate(one) for one in await ExitRepository.from_session(session).of_device(device.id)]


@router.get("/media-exits")
async def awaited(principal: Annotated[Principal, AT_WORK], session: ReadSession, paging: Paging) -> Page[ExitOut]:
    """Exits that wait for a second person, the oldest first."""
    found = await ExitRepository.from_session(session).awaited(workshops_of(principal), paging.part)
    return paging.of([ExitOut.model_validate(one) for one in found.rows], found)


@router.post(
    "/media-exits/{exit_id}",
    status_code=201,
    responses=raises(
        DeviceNotFound,
        DeviceNotHere,
        ExitNotFound,
        ExitIsAnswered,
        ExitIsTakenBack,
        ItWasWiped,
        MediumNotFound,
        OwnExit,
        MediaAreDeclared,
        MemoryIsSoldered,
        NoneAndSome,
        TooManyMedia,
        DiskThereAlready,
        UnreadableSerial,
        WhyNot,
    ),
)
async def answer(
    exit_id: UUID, body: ExitAnswer, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """Confirm or refuse it. The caller is the second person: never whoever said it."""
    return DeviceOut.of(await service.answer(session, principal, exit_id, body))


@router.post(
    "/media-exits/{exit_id}/take-back", responses=raises(DeviceNotFound, ExitNotFound, ExitIsAnswered, NotOwnExit)
)
async def take_back(exit_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> ExitOut:
    """It was wrong, and the caller said it: nobody is asked to look any more. What was answered stays answered."""
    return ExitOut.model_validate(await service.take_back(session, principal, exit_id))
