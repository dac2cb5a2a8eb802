"""Say what is installed on a device."""

from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.catalogue.categories import Category
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from refurbish.audits.known import known
from refurbish.audits.repository import AuditRepository
from refurbish.devices.device import Device
from refurbish.devices.rules import require_present
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.installs.errors import NoSystem
from refurbish.installs.repository import Install, InstallRepository
from refurbish.installs.schemas import NewInstall
from refurbish.tenancy import person


def has_system(category: Category) -> bool:
    """Whether devices of this category are given out with a system that somebody installs."""
    return category.is_computer or category in {Category.SMARTPHONE, Category.TABLET}


async def record(session: AsyncSession, principal: Principal, device_id: UUID, new: NewInstall) -> Install:
    """Keep it; the same said again changes nothing. Raises DeviceNotHere, NoSystem."""
    device = await get_for_update(session, principal, device_id)
    require_present(device)
    if not has_system(device.category):
        raise NoSystem(device)
    installs = InstallRepository.from_session(session)
    before = await installs.newest(device)
    install = Install(**new.model_dump(), by=person(principal), installed_at=now())
    if before is not None and install.is_same(before):
        return before
    await installs.insert(device, install)
    details = {"system": new.system.value, "version": new.version}
    await journal.note(session, principal, JOURNAL, device.id, "installed", details)
    return install


async def to_begin_with(session: AsyncReadSession, device: Device) -> dict[str, str]:
    """A form's values: what was said of this device, else what is usual here and what its inventory says."""
    installs = InstallRepository.from_session(session)
    said = await installs.newest(device)
    usual = said or await installs.usual(device.workshop_id, device.category)
    values: dict[str, str] = {}
    if usual is not None:
        values = {"system": usual.system.value, "version": usual.version or "", "office": usual.office.value}
        values["licence_used"] = "true" if usual.licence_used else ""
    if said is not None:
        values |= {name: f"{value:g}" for name in ("battery_percent", "battery_minutes")
                   if (value := getattr(said, name)) is not None}  # fmt: skip
        return values
    percent = known(await AuditRepository.from_session(session).of_device(device.id)).facts.battery_percent
    if percent is not None:
        values["battery_percent"] = f"{percent:g}"
    return values
