"""Everything a screen shows of one device, read together."""

from dataclasses import dataclass
from uuid import UUID

from filiere.database import AsyncReadSession
from filiere.web import Principal

from refurbish.aliases.repository import Alias, AliasRepository
from refurbish.announcements.repository import Announcement, AnnouncementRepository
from refurbish.audits.audit import Audit, Status
from refurbish.audits.difference import Difference, difference, unknown_media
from refurbish.audits.known import Known, known
from refurbish.audits.repository import AuditRepository
from refurbish.cycles.repository import CycleRepository, PastCycle
from refurbish.demand.repository import DemandRepository
from refurbish.demand.waiting import Waiting, waiting_for
from refurbish.devices.device import Device, Medium
from refurbish.devices.next_step import NextStep, next_step
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.stages import Stage
from refurbish.erasure.exits.repository import Exit, ExitRepository
from refurbish.how_to.kinds import AT_STEP
from refurbish.how_to.service import Advice, advice
from refurbish.installs.repository import Install, InstallRepository
from refurbish.looks.repository import LookRepository
from refurbish.looks.zones import Proposal, propose
from refurbish.parts.part import SparePart
from refurbish.parts.repository import PartRepository
from refurbish.photos.repository import Photo, PhotoRepository
from refurbish.repairs.repository import Repair, RepairRepository, WentInto
from refurbish.tenancy import workshops_of
from refurbish.test_sheets.checklists import checklist
from refurbish.workshops.repository import WorkshopRepository


@dataclass(frozen=True, slots=True)
class Detail:
    """A device, its media, its audits (newest first) and what to do with it."""

    device: Device
    media: list[Medium]
    audits: list[Audit]
    difference: Difference
    step: NextStep
    waiting: Waiting | None
    advice: list[Advice]
    aliases: list[Alias]
    repairs: list[Repair]
    went: list[WentInto]
    harvested: list[SparePart]
    past: list[PastCycle]
    installed: Install | None
    announced: Announcement
    look: Proposal | None
    photos: list[Photo]
    known: Known
    exits: dict[UUID, Exit]

    @property
    def leaving(self) -> dict[UUID, Exit]:
        """What somebody says is gone, and nobody has answered yet, by medium."""
        return {one.medium_id: one for one in self.exits.values() if one.is_open}

    @property
    def asked(self) -> list[Audit]:
        """Audits that seem to be another machine's."""
        return [audit for audit in self.audits if audit.status is Status.ASKED]


async def detail_of(session: AsyncReadSession, principal: Principal, device: Device) -> Detail:
    """Read what belongs to a device that the caller may see."""
    media = await DeviceRepository.from_session(session).media(device.id)
    audits = await AuditRepository.from_session(session).of_device(device.id)
    told = known(audits)
    strangers = unknown_media(device, media, told.facts)
    differences = difference(device, media, audits)
    repairs, cycles = RepairRepository.from_session(session), CycleRepository.from_session(session)
    done = await repairs.of_device(device.id)
    past = await cycles.of_device(device.id) if device.cycle > 1 else []
    exits = {one.id: one for one in await ExitRepository.from_session(session).of_device(device.id)}
    step = next_step(
        device, media, points=len(checklist(device.category)), strangers=strangers,
        repaired=device.id in await repairs.repaired([device.id]),
        leaving={one.medium_id: one.id for one in exits.values() if one.is_open},
    )  # fmt: skip
    helped = await advice(
        session, workshops_of(principal), device.workshop_id, device.manufacturer, device.model,
        AT_STEP.get(step.code, ()),
    )  # fmt: skip
    waiting = await _waiting(session, principal, device)
    announced = Announcement() if audits else await AnnouncementRepository.from_session(session).of_device(device.id)
    aliases = await AliasRepository.from_session(session).of_device(device.id)
    look = propose(device.category, (await LookRepository.from_session(session).of_device(device)).seen)
    photos = await PhotoRepository.from_session(session).of_device(device.id)
    installed = await InstallRepository.from_session(session).newest(device)
    is_withdrawn = device.stage is Stage.WITHDRAWN
    went = await repairs.parts_went_into(device.id) if is_withdrawn else []
    harvested = await PartRepository.from_session(session).harvested_from(device.id) if is_withdrawn else []
    return Detail(
        device, media, audits, differences, step, waiting, helped, aliases, done, went, harvested, past,
        installed, announced, look, photos, told, exits,
    )  # fmt: skip


async def _waiting(session: AsyncReadSession, principal: Principal, device: Device) -> Waiting | None:
    if device.stage in {Stage.READY, Stage.WITHDRAWN, Stage.LEFT}:  # nothing is left to do first
        return None
    demands = await DemandRepository.from_session(session).waiting(device.category)
    workshop = (
        await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
        if demands
        else None
    )
    return waiting_for(device.category, device.grade, workshop.postcode, demands) if workshop else None
