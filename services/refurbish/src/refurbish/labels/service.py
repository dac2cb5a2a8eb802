"""Print for a device or a lot that the caller may see."""

from collections.abc import Awaitable, Sequence
from enum import StrEnum
from uuid import UUID

from filiere.database import AsyncReadSession, Database
from filiere.documents.labels import MOST
from filiere.documents.paper import Content
from filiere.jobs.process import ProcessFailed
from filiere.web import Principal

from refurbish.aliases.repository import AliasRepository
from refurbish.arrivals.errors import LotNotFound
from refurbish.arrivals.repository import ArrivalRepository, LotCounts
from refurbish.audits.repository import AuditRepository
from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import find
from refurbish.installs.repository import InstallRepository
from refurbish.labels import printing
from refurbish.labels.errors import CannotPrint, NotGraded
from refurbish.labels.repository import LabelRepository
from refurbish.tenancy import workshops_of
from refurbish.workshops.repository import WorkshopRepository


class Print(StrEnum):
    """What may be printed of one device."""

    LABEL = "label"
    GRADE = "grade"
    SHEET = "sheet"


async def of_device(
    database: Database, principal: Principal, device_id: UUID, kind: Print, address: str, *, tape: bool
) -> tuple[Device, bytes]:
    """The device and its PDF. `address`: of this service, for the QR code. No connection is held while it is drawn.

    Raises DeviceNotFound, NotGraded (no grade to print), CannotPrint.
    """
    async with database.read() as session:
        device = await find(session, principal, device_id)
        content = await _sheet_of(session, principal, device) if kind is Print.SHEET else None
    if content is not None:
        return device, await _printed(printing.sheet(content, device, address))
    if kind is Print.GRADE and device.grade is None:
        raise NotGraded(device)
    label = printing.grade_label_of if kind is Print.GRADE else printing.label_of
    return device, await _printed(printing.labels([label(device, address)], tape=tape))


async def _sheet_of(session: AsyncReadSession, principal: Principal, device: Device) -> Content:
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
    return printing.written(
        device,
        await DeviceRepository.from_session(session).media(device.id),
        await AuditRepository.from_session(session).of_device(device.id),
        await AliasRepository.from_session(session).of_device(device.id),
        await InstallRepository.from_session(session).newest(device),
        workshop.name if workshop else "–",
    )


async def of_lot(
    database: Database,
    principal: Principal,
    lot_id: UUID,
    address: str,
    *,
    is_unfinished: bool,
    tape: bool,
    part: int,
) -> tuple[LotCounts, bytes]:
    """The lot and a PDF of its labels, so many at a time. Raises LotNotFound, CannotPrint."""
    async with database.read() as session:
        lot = await ArrivalRepository.from_session(session).get(workshops_of(principal), lot_id)
        if lot is None:
            raise LotNotFound(lot_id)
        devices, _total = await LabelRepository.from_session(session).of_lot(
            workshops_of(principal), lot_id, is_unfinished=is_unfinished, limit=MOST, offset=(part - 1) * MOST
        )
    return lot, await drawn(devices, address, tape=tape)


async def drawn(devices: Sequence[Device], address: str, *, tape: bool) -> bytes:
    """Labels of devices, at most MOST. Raises CannotPrint."""
    return await _printed(printing.labels([printing.label_of(device, address) for device in devices], tape=tape))


async def _printed(drawing: Awaitable[bytes]) -> bytes:
    try:
        return await drawing
    except ProcessFailed as error:
        raise CannotPrint from error
