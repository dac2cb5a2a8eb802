"""JSON API of the mismatch queue."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web import Principal, ReadSession, WriteSession, api_router, raises
from pydantic import BaseModel, ConfigDict, Field

from refurbish.arrivals.errors import (
    AlreadyResolved,
    CannotAttach,
    LabelledElsewhere,
    LabelOfNobody,
    MismatchNotFound,
    NotAnnounced,
    OfNoLot,
    WaitsAgain,
)
from refurbish.arrivals.mismatches import service
from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.devices.errors import DeviceNotFound, WorkedOn
from refurbish.devices.schemas import DeviceOut
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("/mismatches")


class MismatchOut(BaseModel):
    """Something that matches nothing yet."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workshop_id: UUID
    lot_id: UUID | None
    label: str
    note: str | None
    seen_by: str
    seen_at: datetime


class Attachment(BaseModel):
    """The expected device that the thing is, by its label, serial, IMEI or inventory number."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(min_length=1, max_length=300)


class Surplus(BaseModel):
    """What the thing is. `relabel`: its label is of another network; it gets one of here, and is found by both."""

    model_config = ConfigDict(extra="forbid")

    category: Category
    relabel: bool = False


class Dismissal(BaseModel):
    """Why the thing is nobody's."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=3, max_length=500)


@router.get("")
async def list_mismatches(principal: Annotated[Principal, AT_WORK], session: ReadSession) -> list[MismatchOut]:
    """Open entries, newest first."""
    found = await MismatchRepository.from_session(session).listing(workshops_of(principal))
    return [MismatchOut.model_validate(entry) for entry in found.rows]


@router.post("/{mismatch_id}/attach", responses=raises(DeviceNotFound, MismatchNotFound, AlreadyResolved, CannotAttach))
async def attach(
    mismatch_id: UUID, body: Attachment, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """It is the expected device of this label, serial, IMEI or inventory number: it arrives."""
    return DeviceOut.of(await service.attach(session, principal, mismatch_id, body.label))


@router.post(
    "/{mismatch_id}/receive",
    responses=raises(MismatchNotFound, AlreadyResolved, OfNoLot, NotAnnounced, LabelledElsewhere, LabelOfNobody),
)
async def receive(
    mismatch_id: UUID, body: Surplus, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> DeviceOut:
    """No lot lists it: it is received as surplus, with a label of its own."""
    return DeviceOut.of(
        await service.receive_as_surplus(session, principal, mismatch_id, body.category, relabel=body.relabel)
    )


@router.post("/{mismatch_id}/dismiss", status_code=204, responses=raises(MismatchNotFound, AlreadyResolved))
async def dismiss(
    mismatch_id: UUID, body: Dismissal, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> None:
    """It is nobody's."""
    await service.dismiss(session, principal, mismatch_id, body.reason)


@router.post("/{mismatch_id}/reopen", status_code=204, responses=raises(MismatchNotFound, WaitsAgain, WorkedOn))
async def reopen(mismatch_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> None:
    """It was settled by mistake: it waits again, and what it was taken for has not arrived."""
    await service.reopen(session, principal, mismatch_id)
