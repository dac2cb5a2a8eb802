"""Lots that collect sends, with their manifests, are expected here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere.calendar import now
from filiere.catalogue.device_models import model_of
from filiere.database import EVERYBODY, AsyncSession
from filiere.identifiers import normalise_serial, valid_imei
from filiere.identifiers.scanned import LONGEST
from filiere.kafka import Invalid, Received

from refurbish.aliases.kinds import AliasKind
from refurbish.aliases.repository import AliasRepository
from refurbish.announcements.repository import Announcement, AnnouncementRepository
from refurbish.arrivals.incoming import LotDispatched, LotManifest, ManifestDevice
from refurbish.arrivals.mismatches.repository import MismatchRepository
from refurbish.arrivals.repository import ArrivalRepository, Lot
from refurbish.arrivals.service import receive, recount
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.stages import Custody, Stage
from refurbish.workshops.repository import WorkshopRepository


async def expect_lots(session: AsyncSession, events: Sequence[Received[LotDispatched | LotManifest]]) -> None:
    """Announce lots and their devices; chunks may come in any order, twice, or before the dispatch itself."""
    heard = [received.event for received in events]
    unknown = await WorkshopRepository.from_session(session).unknown([event.workshop_id for event in heard])
    if unknown:
        raise Invalid(f"no workshop {', '.join(sorted(map(str, unknown)))} is registered here")
    repository = ArrivalRepository.from_session(session)
    chunks = {event.lot_id: event.workshop_id for event in heard if isinstance(event, LotManifest)}
    if chunks:
        await repository.put_lots(list(chunks), list(chunks.values()))
    dispatched = {event.lot_id: _lot(event) for event in heard if isinstance(event, LotDispatched)}
    if dispatched:
        await repository.put_dispatched(list(dispatched.values()))
    devices = {
        one.device_id: _device(event, one) for event in heard if isinstance(event, LotManifest) for one in event.devices
    }
    if devices:
        await repository.put_expected(list(devices.values()))
        await _keep_announced(
            session, [one for event in heard if isinstance(event, LotManifest) for one in event.devices]
        )
        await _welcome_early_ones(session, list(devices), now())


async def _keep_announced(session: AsyncSession, devices: Sequence[ManifestDevice]) -> None:
    """What the donor declared beside the name; his inventory number and other IMEIs find the device from now on."""
    tags = {one.device_id: tag for one in devices if (tag := normalise_serial(one.asset_tag)) and len(tag) <= LONGEST}
    if tags:
        await AliasRepository.from_session(session).add(
            list(tags), [AliasKind.ASSET_TAG] * len(tags), list(tags.values()), by="manifeste", at=now()
        )
    imeis = [(one.device_id, imei) for one in devices for imei in one.imeis if valid_imei(imei)]
    if imeis:
        ids, numbers = [device for device, _ in imeis], [imei for _, imei in imeis]
        await AliasRepository.from_session(session).add(
            ids, [AliasKind.IMEI] * len(ids), numbers, by="manifeste", at=now()
        )
    announced = {one.device_id: Announcement(one.ram_gb, one.storage_gb, one.year) for one in devices}
    if said := {device: one for device, one in announced.items() if one}:
        await AnnouncementRepository.from_session(session).put(list(said), list(said.values()))


async def _welcome_early_ones(session: AsyncSession, device_ids: Sequence[UUID], at: datetime) -> None:
    """Devices that were scanned before their manifest came: they leave the mismatch queue and have arrived."""
    mismatches = MismatchRepository.from_session(session)
    late = await mismatches.announced_late(device_ids)
    if not late:
        return
    repository = ArrivalRepository.from_session(session)
    labels = [label for _, label, _ in late]
    lots = await repository.lots_for_update(
        EVERYBODY, [*await repository.lots_of_devices(device_ids), *(lot_id for _, _, lot_id in late if lot_id)]
    )
    devices = await repository.by_labels_for_update(list(lots.values()), labels)
    steps = {label: rules.arrive(device, at) for label, device in devices.items()}
    await receive(
        session, [here for here, _ in steps.values()], [news for _, many in steps.values() for news in many], at
    )
    found = [(entry, devices[label].id) for entry, label, _ in late if label in devices]
    await mismatches.resolve([one for one, _ in found], [one for _, one in found], by="manifeste", at=at)
    await recount(session, lots.values())


def _lot(event: LotDispatched) -> Lot:
    return Lot(
        workshop_id=event.workshop_id, id=event.lot_id, code=event.code, donation_id=event.donation_id,
        expected=event.devices, dispatched_at=event.occurred_at, arrived_at=None, reconciled_at=None, present=None,
        missing=None, surplus=(), donor_name=event.donor_name, expected_on=event.expected_on,
    )  # fmt: skip


def _device(event: LotManifest, one: ManifestDevice) -> Device:
    model = model_of(one.manufacturer, one.model)
    return Device(
        workshop_id=event.workshop_id, id=one.device_id, lot_id=event.lot_id, donation_id=one.donation_id,
        label=one.label, category=one.category, manufacturer=model.manufacturer, model=model.name,
        serial=normalise_serial(one.serial), public_body=one.public_body, stage=Stage.EXPECTED, custody=Custody.TRANSIT,
    )  # fmt: skip
