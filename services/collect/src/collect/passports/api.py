"""API of public sheets."""

from filiere.web import ReadSession, api_router, public, raises

from collect.devices.errors import DeviceNotFound
from collect.passports import service
from collect.passports.schemas import PassportOut

router = api_router("/passports")


@router.get("/{label}", dependencies=[public()], responses=raises(DeviceNotFound))
async def get(label: str, session: ReadSession) -> PassportOut:
    """What anybody may know of a device: no person, no donor who does not wish it, no serial."""
    return PassportOut.model_validate(await service.passport(session, label))
