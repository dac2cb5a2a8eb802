"""What a bench's home needs, read together."""

from collections.abc import Container, Sequence
from uuid import UUID

from filiere.database import AsyncReadSession, Part
from filiere.web import Principal

from refurbish.demand.repository import DemandRepository
from refurbish.demand.waiting import waiting_for
from refurbish.devices.device import Medium
from refurbish.devices.next_step import next_step
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.stages import Stage
from refurbish.erasure.exits.repository import ExitRepository
from refurbish.erasure.verifications import service as verifications
from refurbish.erasure.verifications.repository import Awaited, VerificationRepository
from refurbish.parcels.repository import ParcelRepository
from refurbish.repairs.repository import RepairRepository
from refurbish.tenancy import workshops_of
from refurbish.test_sheets.checklists import checklist
from refurbish.today.next_task import AtWork, Task, next_task
from refurbish.today.repository import TodayRepository
from refurbish.workshops.repository import WorkshopRepository

LOOKED_AT = 50  # devices among which one is found that waits for nobody


async def task_of(session: AsyncReadSession, principal: Principal, skipped: int = 0) -> Task | None:
    """What the caller does next. `skipped`: so many devices are left to the colleagues who have them in hand."""
    scope = workshops_of(principal)
    if skipped:
        return next_task((), None, await _at_work(session, principal, skipped), None)
    return next_task(
        await ParcelRepository.from_session(session).to_send(scope),
        await _to_verify(session, principal),
        await _at_work(session, principal, 0),
        await TodayRepository.from_session(session).coming_lot(scope),
    )


async def _to_verify(session: AsyncReadSession, principal: Principal) -> Awaited | None:
    found = await VerificationRepository.from_session(session).awaited(workshops_of(principal), Part(LOOKED_AT))
    return next((one for one in found.rows if not verifications.is_own(principal, one)), None)


async def _at_work(session: AsyncReadSession, principal: Principal, skipped: int) -> AtWork | None:
    """What people wait for first, then what has lain here the longest; not what waits for a second person."""
    repository = DeviceRepository.from_session(session)
    found = await repository.listing(
        workshops_of(principal), stages=[stage for stage in Stage if stage.is_present], order="wanted",
        part=Part(LOOKED_AT),
    )  # fmt: skip
    media = await repository.media_of([device.id for device in found.rows])
    leaving = await ExitRepository.from_session(session).open_of([device.id for device in found.rows])
    free = [device for device in found.rows if not _waits(media.get(device.id, []), leaving)]
    if not free:
        return None
    device = free[skipped % len(free)]
    repaired = await RepairRepository.from_session(session).repaired([device.id])
    step = next_step(
        device, media.get(device.id, []), points=len(checklist(device.category)), repaired=device.id in repaired,
        leaving=leaving,
    )  # fmt: skip
    demands = await DemandRepository.from_session(session).waiting(device.category)
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
    waits = waiting_for(device.category, device.grade, workshop.postcode, demands) if workshop else None
    return AtWork(device, step, waits)


def _waits(media: Sequence[Medium], leaving: Container[UUID]) -> bool:
    """Whether a second person is asked first: for an erasure, or since all that is unwiped is said to be gone."""
    unwiped = [one for one in media if not one.is_wiped]
    return any(one.unverified for one in unwiped) or (bool(unwiped) and all(one.id in leaving for one in unwiped))
