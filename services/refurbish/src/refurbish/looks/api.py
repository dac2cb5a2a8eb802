"""JSON API of looking at a device."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.looks import service
from refurbish.looks.errors import UnknownZone
from refurbish.looks.repository import Look, LookRepository
from refurbish.looks.schemas import LookOut, NewLook, ZoneOut
from refurbish.looks.zones import REC, propose, zones_of
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.get("/{device_id}/look", responses=raises(DeviceNotFound))
async def get_look(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> LookOut:
    """The zones to look at, what was seen, and the cosmetic grade that this proposes."""
    device = await devices.find(session, principal, device_id)
    return _out(device, await LookRepository.from_session(session).of_device(device))


@router.post("/{device_id}/look", responses=raises(DeviceNotFound, DeviceNotHere, UnknownZone))
async def record_look(
    device_id: UUID, body: NewLook, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> LookOut:
    """Say what was seen on one zone or on several. The worst zone proposes the cosmetic grade."""
    return _out(*await service.record(session, principal, device_id, body.seen))


def _out(device: Device, look: Look) -> LookOut:
    proposal = propose(device.category, look.seen)
    return LookOut(
        zones=[
            ZoneOut(zone=one.zone, name=one.name, cosmetic=look.seen.get(one.zone)) for one in zones_of(device.category)
        ],
        proposed=proposal.cosmetic if proposal else None,
        rec=REC[proposal.cosmetic] if proposal else None,
        because=[one.name for one in proposal.zones] if proposal else [],
        by=look.by,
        looked_at=look.looked_at,
    )
