"""Send a lot to a workshop, with its manifest."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from uuid import UUID

from filiere import journal, outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.events import items_per_event
from filiere.links.repository import LinkRepository
from filiere.web import Principal

from collect.devices.repository import DeviceRepository
from collect.lots.errors import (
    LotAlreadyDispatched,
    LotNotFound,
    NotCounted,
    OverrideNeedsReason,
    UntreatedNeedsReason,
    WorkshopUnknown,
)
from collect.lots.events import MAX_MANIFEST, LotDispatched, LotManifest, ManifestDevice
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository
from collect.lots.schemas import DispatchedOut, DispatchLot, LotDetail, LotOut
from collect.news.kinds import COUNT_LINK
from collect.packing import service as packing
from collect.tenancy import donors_of
from collect.workshops.repository import WorkshopRepository
from collect.workshops.suggestion import Suggestion, rank, untreated_fr

BESIDE_WORDS = 500  # bytes of a device on a manifest beside what its donor wrote: ids, label, category, field names


async def get(session: AsyncReadSession, lot_id: UUID, principal: Principal) -> LotDetail:
    """The lot with its categories. Raises LotNotFound."""
    lot = await LotRepository.from_session(session).get(donors_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    return LotDetail(**asdict(lot), categories=await DeviceRepository.from_session(session).categories_of_lot(lot_id))


async def manifest_key(session: AsyncReadSession, lot: LotDetail, principal: Principal) -> str:
    """The key of the job that prints this lot's manifest as it is now: with another workshop or devices another."""
    devices = await DeviceRepository.from_session(session).printed(donors_of(principal), None, lot.id)
    day = lot.dispatched_at or lot.collected_at
    prepared = (await packing.current(session)).version
    said = (lot.code, lot.donation_reference, lot.donor_name, lot.workshop_name, day.isoformat(), devices, prepared)
    return f"{lot.id}:{sha256(json.dumps(said).encode()).hexdigest()[:16]}"


async def suggestions(session: AsyncReadSession, lot_id: UUID, principal: Principal) -> list[Suggestion]:
    """The workshops for this lot, best first, with reasons. Raises LotNotFound."""
    lot = await get(session, lot_id, principal)
    return await _ranked(session, lot, lot.categories)


async def dispatch(session: AsyncSession, lot_id: UUID, command: DispatchLot, principal: Principal) -> DispatchedOut:
    """Send the lot to a workshop.

    Raises LotNotFound, LotAlreadyDispatched, WorkshopUnknown, OverrideNeedsReason, UntreatedNeedsReason.
    """
    lots = LotRepository.from_session(session)
    lot = await lots.get_for_update(donors_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    if lot.status != "sealed":
        raise LotAlreadyDispatched(lot.code, lot.workshop_name or "un atelier")
    devices = DeviceRepository.from_session(session)
    ranked = await _ranked(session, lot, await devices.categories_of_lot(lot.id))
    if command.workshop_id not in {one.workshop_id for one in ranked}:
        raise WorkshopUnknown(command.workshop_id)
    first = ranked[0]
    is_override = command.workshop_id != first.workshop_id
    if is_override and command.override_reason is None:
        raise OverrideNeedsReason(first.name, " ".join(first.reasons))
    chosen = next(one for one in ranked if one.workshop_id == command.workshop_id)
    if chosen.untreated and command.untreated_reason is None:
        raise UntreatedNeedsReason([untreated_fr(chosen.name, chosen.untreated)])
    reason = reasons(
        command.override_reason if is_override else None, command.untreated_reason if chosen.untreated else None
    )
    return await send(session, principal, lot, chosen.workshop_id, chosen.name, reason, expected_on=command.expected_on)


def reasons(*given: str | None) -> str | None:
    """Those that were wanted, as one text."""
    return " ; ".join(filter(None, given)) or None


async def send(
    session: AsyncSession,
    principal: Principal,
    lot: Lot,
    workshop_id: UUID,
    workshop: str,
    override_reason: str | None,
    *,
    expected_on: date | None = None,
) -> DispatchedOut:
    """A locked, sealed lot leaves for a workshop, with its manifest."""
    devices = DeviceRepository.from_session(session)
    await LotRepository.from_session(session).dispatch(lot.id, workshop_id, override_reason)
    sent, longest_words = await devices.dispatch(lot.id)
    size = items_per_event(longest_words + BESIDE_WORDS, MAX_MANIFEST)
    chunks = -(-sent // size)
    left = LotDispatched(
        lot_id=lot.id,
        code=lot.code,
        donation_id=lot.donation_id,
        workshop_id=workshop_id,
        public_body=lot.public_body,
        devices=sent,
        chunks=chunks,
        donor_name=lot.donor_name,
        expected_on=expected_on,
    )
    details = {"lot": lot.code, "devices": sent, "workshop": workshop}
    about = (("lot", lot.id), ("donation", lot.donation_id))
    await journal.note_all(session, principal, [journal.Note(*one, "dispatched", details) for one in about])
    await outbox.append(session, [left])
    # One at a time: a large lot's manifest would hold the event loop, and its devices the memory.
    async for manifest in _manifests(devices, lot.id, workshop_id, chunks, size):
        await outbox.append(session, [manifest])
    return DispatchedOut(
        id=lot.id,
        code=lot.code,
        status="dispatched",
        workshop_id=workshop_id,
        devices=sent,
        chunks=chunks,
    )


async def confirm(session: AsyncSession, lot_id: UUID, principal: Principal) -> LotDetail:
    """The donor agrees with the workshop's count. Raises LotNotFound, NotCounted."""
    lots = LotRepository.from_session(session)
    lot = await lots.get_for_update(donors_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    await agree(session, lot, principal)
    # Whoever has the letter need not press its button any more.
    await LinkRepository.from_session(session).revoke_all(donors_of(principal), COUNT_LINK, lot_id)
    return await get(session, lot_id, principal)


async def agree(session: AsyncSession, lot: Lot, actor: journal.Actor, **how: str) -> None:
    """The count of a locked lot is agreed with; the first time counts. Raises NotCounted."""
    if lot.status != "reconciled":
        raise NotCounted
    if lot.confirmed_at is None:
        details = {"lot": lot.code, "missing": lot.missing, **how}
        about = (("lot", lot.id), ("donation", lot.donation_id))
        await journal.note_all(session, actor, [journal.Note(*one, "confirmed", details) for one in about])
        await LotRepository.from_session(session).confirm(lot.id)


async def _ranked(session: AsyncReadSession, lot: Lot | LotOut, categories: dict[str, int]) -> list[Suggestion]:
    workshops = WorkshopRepository.from_session(session)
    return rank(await workshops.all(), await workshops.at_work(), categories, lot.postcode)


async def _manifests(
    devices: DeviceRepository, lot_id: UUID, workshop_id: UUID, chunks: int, size: int
) -> AsyncIterator[LotManifest]:
    number = 0
    async for some in devices.manifest(lot_id, size):
        number += 1
        yield LotManifest(
            lot_id=lot_id,
            workshop_id=workshop_id,
            chunk=number,
            chunks=chunks,
            devices=[ManifestDevice(**one) for one in some],
        )
