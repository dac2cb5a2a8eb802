"""Find a device by what is written on it, and tell its way."""

from filiere.database import AsyncReadSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from collect.devices.history.repository import HistoryRepository
from collect.devices.history.steps import Step
from collect.devices.history.words import steps_of
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceOut
from collect.tenancy import donors_of

MOST_FOUND = 50


async def found(session: AsyncReadSession, principal: Principal, q: str) -> list[DeviceOut]:
    """Devices whose label is this, however it is typed, or whose serial, IMEI or inventory number begins so."""
    if not (asked := written(q)):
        return []
    return await DeviceRepository.from_session(session).search(donors_of(principal), asked, MOST_FOUND)


async def way_of(session: AsyncReadSession, device: DeviceOut, principal: Principal) -> list[Step]:
    """The steps of a device that the caller may see, the newest first."""
    history, scope = HistoryRepository.from_session(session), donors_of(principal)
    return steps_of(device, await history.of(scope, device.id), await history.picked_up(scope, device.donation_id))


def written(q: str) -> str:
    """What was typed or scanned as it is kept: a label with its dashes, everything else in capitals."""
    try:
        return parse_label(q)
    except IdentifierError:
        return " ".join(q.upper().split())
