"""Merge two rows: lock lots, then both devices, apply the rule, keep the trace on both, tell the chain, count again."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.identifiers import readings
from filiere.web import Principal

from refurbish.aliases import service as aliases
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.service import receive, recount
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.events import DeviceArrived
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL
from refurbish.merges.errors import DisksOnTheOther
from refurbish.tenancy import workshops_of


async def merge(session: AsyncSession, principal: Principal, device_id: UUID, text: str) -> Device:
    """The row that this text names is this machine too: it goes, and whatever names it opens this one.

    Done again it changes nothing. Raises DeviceNotFound, DisksOnTheOther and what `rules.merge` does.
    """
    scope, devices = workshops_of(principal), DeviceRepository.from_session(session)
    named = await aliases.find(session, principal, text)
    arrivals = ArrivalRepository.from_session(session)
    lots = await arrivals.lots_for_update(scope, await arrivals.lots_of_devices([device_id, named.id]))
    held = {one.id: one for one in await devices.found_for_update(scope, sorted({device_id, named.id}))}
    if device_id not in held:
        raise DeviceNotFound(device_id)
    kept, other = held[device_id], held[named.id]
    if kept.id == other.id and other.label not in readings(text):
        return kept  # the text named a row that was merged into this one
    at = now()
    gone, events = rules.merge(kept, other, at)
    if not events:
        return kept
    media, taken_out = await devices.media_and_gone_of([kept.id, other.id])
    known = {medium.serial for medium in [*media.get(kept.id, []), *taken_out.get(kept.id, [])]}
    if strangers := [medium.serial for medium in media.get(other.id, []) if medium.serial not in known]:
        raise DisksOnTheOther(other, strangers)
    if any(isinstance(event, DeviceArrived) for event in events):
        here, arrived = rules.arrive(other, at)
        await receive(session, [here], arrived, at)
    await devices.save(gone)
    await outbox.append(session, [event for event in events if not isinstance(event, DeviceArrived)])
    await journal.note_all(
        session,
        principal,
        [
            journal.Note(JOURNAL, kept.id, "merged", {"label": other.label}),
            journal.Note(JOURNAL, other.id, "merged-into", {"label": kept.label}),
        ],
    )
    await recount(session, lots.values())
    return kept
