"""JSON API of the machine inventories."""

from typing import Annotated
from uuid import UUID

from filiere.inventories.reading import MAX_BYTES
from filiere.web import OwnSessions, Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.bounded_types import Scanned
from filiere.web.downloads import files_of
from filiere.web.request_limits import body_limit
from starlette.requests import Request

from refurbish.audits import service
from refurbish.audits.errors import (
    AuditNotFound,
    AuditsAway,
    InventoryTooLarge,
    NobodyHasThisSerial,
    NothingAsked,
    UnreadableInventory,
)
from refurbish.audits.known import known
from refurbish.audits.questions import question_of
from refurbish.audits.repository import AuditRepository
from refurbish.audits.schemas import Answer, AuditOut, FactOut, PushedOut, Withdrawal
from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.erasure.errors import MediaAreDeclared, MemoryIsSoldered, NoneAndSome, TooManyMedia, UnreadableSerial
from refurbish.tenancy import AT_WORK, BY_AUDIT_KEY

router = api_router("/devices")
pushed = api_router("/audits")
_BODY = {
    **body_limit(MAX_BYTES),
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {}} for kind in ("application/json", "application/xml", "text/xml", "text/plain")},
    },
}
_REFUSED = (
    DeviceNotFound,
    DeviceNotHere,
    MediaAreDeclared,
    MemoryIsSoldered,
    InventoryTooLarge,
    NoneAndSome,
    TooManyMedia,
    UnreadableInventory,
    UnreadableSerial,
    AuditsAway,
)


@pushed.post("", status_code=201, openapi_extra=_BODY, responses=raises(*_REFUSED, NobodyHasThisSerial))
async def push(
    request: Request,
    principal: Annotated[Principal, BY_AUDIT_KEY],
    database: OwnSessions,
    session: WriteSession,
    label: Scanned | None = None,
) -> PushedOut:
    """Send what a machine says of itself; it finds its device by its own serial, or by the `label` on it.

    As `python -m refurbish audit --push` does from a live USB, or any of the tools that `POST …/audits` of a device
    reads. `status: asked` says that the label's device has another serial or model: somebody answers on its page.
    """
    read = await service.read(await request.body())
    device = await service.find_machine(database, principal, read, label)
    read = await service.kept(database, await files_of(request), read)
    return PushedOut(
        **_out(await service.take_in(session, principal, device.id, read)).model_dump(), label=device.label
    )


@router.post("/{device_id}/audits", status_code=201, openapi_extra=_BODY, responses=raises(*_REFUSED))
async def take_in(
    device_id: UUID,
    request: Request,
    principal: Annotated[Principal, BY_AUDIT_KEY],
    database: OwnSessions,
    session: WriteSession,
) -> AuditOut:
    """Send a machine's inventory as its tool wrote it: GLPI or FusionInventory agent (JSON, XML), lshw, lsblk or
    smartctl (JSON), inxi, dmidecode (text), eReuse Workbench, BOLC or tec.tech.

    Kept are hardware facts, the hash of the file, and a copy of what it says of the machine; logins, phone numbers,
    software and addresses are dropped. One that seems to be another machine's has the status `asked`.
    """
    await service.may_take_in(database, principal, device_id)
    read = await service.kept(database, await files_of(request), await service.read(await request.body()))
    return _out(await service.take_in(session, principal, device_id, read))


@router.get("/{device_id}/audits", responses=raises(DeviceNotFound))
async def list_audits(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[AuditOut]:
    """The device's inventories, newest first; those taken back too, with their reason."""
    device = await devices.find(session, principal, device_id)
    return [
        AuditOut.model_validate(audit) for audit in await AuditRepository.from_session(session).of_device(device.id)
    ]


@router.get("/{device_id}/facts", responses=raises(DeviceNotFound))
async def list_facts(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> dict[str, FactOut]:
    """What is known of the machine, each fact from the newest audit that speaks of it."""
    device = await devices.find(session, principal, device_id)
    found = known(await AuditRepository.from_session(session).of_device(device.id))
    values = found.facts.model_dump(mode="json")
    return {
        name: FactOut(value=values[name], source=audit.facts.source, audit_id=audit.id, audited_at=audit.audited_at)
        for name, audit in found.of.items()
    }


@router.post(
    "/{device_id}/audits/{audit_id}/answer",
    responses=raises(
        AuditNotFound, DeviceNotFound, DeviceNotHere, MediaAreDeclared, MemoryIsSoldered, NobodyHasThisSerial,
        NoneAndSome, NothingAsked, TooManyMedia, UnreadableSerial,
    ),
)  # fmt: skip
async def answer(
    device_id: UUID,
    audit_id: UUID,
    body: Answer,
    principal: Annotated[Principal, AT_WORK],
    session: WriteSession,
) -> AuditOut:
    """Say whose an audit is that seemed to be another machine's."""
    return _out(await service.answer(session, principal, device_id, audit_id, body))


@router.post("/{device_id}/audits/{audit_id}/withdraw", responses=raises(AuditNotFound, DeviceNotFound))
async def withdraw(
    device_id: UUID,
    audit_id: UUID,
    body: Withdrawal,
    principal: Annotated[Principal, AT_WORK],
    session: WriteSession,
) -> list[AuditOut]:
    """Take an audit back: its facts fall back to what the others say. The same file sent again counts again."""
    device = await service.withdraw(session, principal, device_id, audit_id, body.reason)
    return [
        AuditOut.model_validate(audit) for audit in await AuditRepository.from_session(session).of_device(device.id)
    ]


def _out(taken: service.Taken) -> AuditOut:
    question = question_of(taken.device, taken.audit, taken.candidate) if taken.is_asked else None
    return AuditOut.model_validate(taken.audit).model_copy(
        update={
            "differences": list(taken.difference.sentences),
            "question": question,
            "candidate": taken.candidate,
        }
    )
