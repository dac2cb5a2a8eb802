"""Pack a parcel by scan: each device once, into its own box, and out again when it was a mistake."""

from dataclasses import dataclass
from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import readings
from filiere.web import Principal
from filiere.web import gettext as _

from refurbish.aliases.repository import AliasRepository
from refurbish.audits.service import unknown_disks
from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.devices.stages import Stage
from refurbish.parcels.errors import ParcelNotFound
from refurbish.parcels.parcel import Parcel
from refurbish.parcels.repository import ParcelRepository
from refurbish.tenancy import workshops_of


@dataclass(frozen=True, slots=True)
class PackAnswer:
    """What a scan into a parcel says."""

    is_ok: bool
    sentence: str


async def find(session: AsyncReadSession, principal: Principal, workshop_id: UUID, order_id: UUID) -> Parcel:
    """Raises ParcelNotFound."""
    found = await ParcelRepository.from_session(session).get(workshops_of(principal), workshop_id, order_id)
    if found is None:
        raise ParcelNotFound
    return found


async def pack(session: AsyncSession, principal: Principal, workshop_id: UUID, order_id: UUID, text: str) -> PackAnswer:
    """Lay a scanned device into the parcel; a second scan changes nothing. Raises ParcelNotFound."""
    parcel = await find(session, principal, workshop_id, order_id)
    device_id = await _read(session, principal, text)
    if device_id is None:
        return PackAnswer(
            False, _("{text} : inconnu ici. Ne le mets pas dans le colis.").format(text=text.strip()[:40])
        )
    device = await get_for_update(session, principal, device_id)
    if device.workshop_id != workshop_id or device.order_id != order_id:
        other = await ParcelRepository.from_session(session).goes_to(device_id) if device.order_id else None
        elsewhere = _("{label} va à {relais} : mets-le dans son colis.").format(label=device.label, relais=other)
        unpromised = _("{label} n'est pas de ce colis. Remets-le en place.").format(label=device.label)
        return PackAnswer(False, elsewhere if other else unpromised)
    if device.stage is not Stage.READY:
        stage = _(device.stage.label_fr)
        return PackAnswer(False, _("{label} n'est pas prêt : {stage}.").format(label=device.label, stage=stage.lower()))
    repository = ParcelRepository.from_session(session)
    if (refusal := await _refusal(session, device)) is not None:
        await repository.set_packed(device_id, None)  # it was laid in before that was known
        return PackAnswer(False, refusal)
    if await repository.packed_at(device_id) is not None:
        return PackAnswer(True, _("{label} : déjà dans le colis.").format(label=device.label))
    await repository.set_packed(device_id, now())
    await journal.note(session, principal, JOURNAL, device_id, "packed", {"parcel": parcel.reference or ""})
    return PackAnswer(True, _("{label} : dans le colis.").format(label=device.label))


async def take_out(
    session: AsyncSession, principal: Principal, workshop_id: UUID, order_id: UUID, device_id: UUID
) -> None:
    """It was laid in by mistake; taking it out twice changes nothing. Raises ParcelNotFound, DeviceNotFound."""
    parcel = await find(session, principal, workshop_id, order_id)
    device = await get_for_update(session, principal, device_id)
    if device.workshop_id != workshop_id or device.order_id != order_id:
        raise ParcelNotFound
    repository = ParcelRepository.from_session(session)
    if device.stage is Stage.READY and await repository.packed_at(device_id) is not None:
        await repository.set_packed(device_id, None)
        await journal.note(session, principal, JOURNAL, device_id, "unpacked", {"parcel": parcel.reference or ""})


async def _refusal(session: AsyncReadSession, device: Device) -> str | None:
    """Why a ready device stays here all the same: it is asked back, or has a disk that nobody wiped."""
    if await unknown_disks(session, device):
        return _("{label} a un disque que personne n'a effacé. Mets-le de côté, puis reprends-le à l'établi.").format(
            label=device.label
        )
    if device.recall_asked_at is not None:
        return _("{label} est rappelé. Mets-le de côté.").format(label=device.label)
    return None


async def _read(session: AsyncReadSession, principal: Principal, text: str) -> UUID | None:
    """The one device that is known by what was scanned: its label, its serial, another of its numbers."""
    scope, asked = workshops_of(principal), readings(text)
    known = await AliasRepository.from_session(session).known(scope, asked) if asked else {}
    found = next((known[value] for value in asked if value in known), None)
    if found is None or found.others:
        return None
    device = await DeviceRepository.from_session(session).by_label(scope, found.label)
    return device.id if device else None
