"""JSON API of aliases."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises

from refurbish.aliases import service
from refurbish.aliases.errors import AliasTaken, NoReasonGiven, NotAnIdentifier, TooManyAliases
from refurbish.aliases.repository import AliasRepository
from refurbish.aliases.schemas import AliasOut, NewAlias
from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.service import find
from refurbish.tenancy import AT_WORK

router = api_router("/devices")


@router.get("/{device_id}/aliases", responses=raises(DeviceNotFound))
async def list_aliases(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[AliasOut]:
    """By what else the device is known than by its label and serial."""
    device = await find(session, principal, device_id)
    return [
        AliasOut.model_validate(alias) for alias in await AliasRepository.from_session(session).of_device(device.id)
    ]


@router.post(
    "/{device_id}/aliases",
    responses=raises(DeviceNotFound, NotAnIdentifier, NoReasonGiven, AliasTaken, TooManyAliases),
)
async def add_alias(
    device_id: UUID, body: NewAlias, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> list[AliasOut]:
    """One more identifier: every scan and look-up finds the device by it from now on."""
    return [AliasOut.model_validate(alias) for alias in await service.add(session, principal, device_id, body)]


@router.delete("/{device_id}/aliases/{alias_id}", status_code=204, responses=raises(DeviceNotFound, NoReasonGiven))
async def remove_alias(
    device_id: UUID,
    alias_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    session: WriteSession,
    reason: CorrectionReason | None = None,
) -> None:
    """It was not its own. An IMEI asks for the reason."""
    await service.remove(session, principal, device_id, alias_id, reason)
