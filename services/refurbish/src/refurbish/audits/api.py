"""JSON API of the machine inventories."""

from typing import Annotated
from uuid import UUID

from filiere.inventories.reading import MAX_BYTES
from filiere.web import OwnSessions, Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.request_limits import body_limit
from starlette.requests import Request

from refurbish.audits import service
from refurbish.audits.errors import InventoryTooLarge, UnreadableInventory
from refurbish.audits.repository import AuditRepository
from refurbish.audits.schemas import AuditOut
from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.erasure.errors import MediaAreDeclared, MemoryIsSoldered, NoneAndSome, TooManyMedia, UnreadableSerial
from refurbish.tenancy import AT_WORK

router = api_router("/devices")
_BODY = {
    **body_limit(MAX_BYTES),
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {}} for kind in ("application/json", "application/xml", "text/xml")},
    },
}


@router.post(
    "/{device_id}/audits",
    status_code=201,
    openapi_extra=_BODY,
    responses=raises(
        DeviceNotFound,
        DeviceNotHere,
        MediaAreDeclared,
        MemoryIsSoldered,
        InventoryTooLarge,
        NoneAndSome,
        TooManyMedia,
        UnreadableInventory,
        UnreadableSerial,
    ),
)
async def take_in(
    device_id: UUID,
    request: Request,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    session: WriteSession,
) -> AuditOut:
    """Send a machine's inventory as its tool wrote it: GLPI or FusionInventory agent (JSON, XML), `lshw -json`.

    Only hardware facts and the hash of the file are kept; logins, phone numbers, software and addresses are dropped.
    """
    await service.may_take_in(database, principal, device_id)
    _, audit, found = await service.take_in(session, principal, device_id, await request.body())
    return AuditOut.model_validate(audit).model_copy(update={"differences": list(found.sentences)})


@router.get("/{device_id}/audits", responses=raises(DeviceNotFound))
async def list_audits(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[AuditOut]:
    """The device's inventories, newest first."""
    device = await devices.find(session, principal, device_id)
    return [
        AuditOut.model_validate(audit) for audit in await AuditRepository.from_session(session).of_device(device.id)
    ]
