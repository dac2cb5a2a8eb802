"""Find a device for anybody by its label."""

from filiere.calendar import today
from filiere.database import EVERYBODY, AsyncReadSession
from filiere.identifiers import IdentifierError, parse_label

from collect.devices.errors import DeviceNotFound
from collect.devices.history.repository import HistoryRepository
from collect.devices.repository import DeviceRepository
from collect.donors.repository import DonorRepository
from collect.passports.passport import Passport, passport_of


async def passport(session: AsyncReadSession, label: str) -> Passport:
    """The public sheet. Raises DeviceNotFound."""
    try:
        written = parse_label(label)
    except IdentifierError as error:
        raise DeviceNotFound(label[:40]) from error
    device = await DeviceRepository.from_session(session).by_label(EVERYBODY, written)
    if device is None:
        raise DeviceNotFound(written)
    entries = await HistoryRepository.from_session(session).of(EVERYBODY, device.id)
    given_by = await DonorRepository.from_session(session).public_name(device.donation_id)
    return passport_of(device, entries, given_by, today())
