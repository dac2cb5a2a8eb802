"""Put parts into the stock: bought, or out of a withdrawn device; take them off it."""

from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.catalogue.grades import StorageKind
from filiere.database import AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal, Role

from refurbish.devices.boards import always_soldered, perhaps_on_the_board
from refurbish.devices.gate import is_wiped
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.devices.stages import Stage
from refurbish.parts.errors import DestroyedDisk, DiskKeepsData, NoPartLeft, NotForParts, PartNotFound, WhichWorkshop
from refurbish.parts.kinds import Origin, PartKind
from refurbish.parts.part import SparePart
from refurbish.parts.repository import PartRepository
from refurbish.parts.schemas import Harvest, NewPart
from refurbish.tenancy import person, workshops_of
from refurbish.workshops.errors import WorkshopNotFound
from refurbish.workshops.repository import WorkshopRepository


async def add(session: AsyncSession, principal: Principal, new: NewPart) -> SparePart:
    """Parts were bought. Raises WhichWorkshop, WorkshopNotFound."""
    workshop_id = new.workshop_id
    if workshop_id is None:
        own = principal.organisations(Role.WORKSHOP)
        if len(own) != 1:
            raise WhichWorkshop
        [workshop_id] = own
    if await WorkshopRepository.from_session(session).get(workshops_of(principal), workshop_id) is None:
        raise WorkshopNotFound(workshop_id)
    part = SparePart(
        workshop_id, uuid7(), new.kind, new.fits, Origin.BOUGHT, None, new.quantity, 0, 0, new.unit_cents,
        person(principal), now(),
    )  # fmt: skip
    await PartRepository.from_session(session).insert(part)
    return part


async def harvest(session: AsyncSession, principal: Principal, device_id: UUID, new: Harvest) -> SparePart:
    """A part is taken out of a withdrawn device. Raises NotForParts, MemoryUnknown, DiskKeepsData, DestroyedDisk."""
    device = await get_for_update(session, principal, device_id)
    if device.stage is not Stage.WITHDRAWN:
        raise NotForParts(device)
    media = await DeviceRepository.from_session(session).media(device.id)
    takes_memory = new.kind is PartKind.BOARD and bool(
        perhaps_on_the_board(device, media, "kind") or always_soldered(device)
    )
    if (new.kind.is_disk or takes_memory) and not is_wiped(device, media):
        raise DiskKeepsData(device)  # a soldered memory goes with its board
    if new.kind.is_disk and not any(not one.destroyed and one.kind is not StorageKind.NONE for one in media):
        raise DestroyedDisk
    part = SparePart(
        device.workshop_id, uuid7(), new.kind, new.fits, Origin.HARVESTED, device.id, new.quantity, 0, 0, 0,
        person(principal), now(), device.label,
    )  # fmt: skip
    await PartRepository.from_session(session).insert(part)
    await journal.note(session, principal, JOURNAL, device.id, "harvested", {"part": new.kind.value})
    return part


async def take_off(session: AsyncSession, principal: Principal, part_id: UUID) -> SparePart:
    """What is left of these parts is broken or gone; twice is as good as once. Raises PartNotFound."""
    parts = PartRepository.from_session(session)
    part = await parts.get(workshops_of(principal), part_id, for_update=True)
    if part is None:
        raise PartNotFound
    if part.left:
        await parts.count(part.id, lost=part.left)
    return part


async def use(session: AsyncSession, principal: Principal, workshop_id: UUID, part_id: UUID, pieces: int) -> SparePart:
    """Take parts for a device of this workshop. Raises PartNotFound, NoPartLeft."""
    parts = PartRepository.from_session(session)
    part = await parts.get(workshops_of(principal), part_id, for_update=True)
    if part is None or part.workshop_id != workshop_id:
        raise PartNotFound
    if part.left < pieces:
        raise NoPartLeft(part.left)
    await parts.count(part.id, used=pieces)
    return part


async def put_back(session: AsyncSession, part_id: UUID, pieces: int) -> None:
    """A repair was undone: its parts are in the stock again."""
    await PartRepository.from_session(session).count(part_id, used=-pieces)
