"""Merge two rows: lock lots, then both devices, apply the rule, keep the trace on both, tell the chain, count again."""

from typing import Any, NamedTuple
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import readings
from filiere.web import Principal

from refurbish.aliases import service as aliases
from refurbish.aliases.repository import AliasRepository
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.service import receive, recount
from refurbish.audits.known import known
from refurbish.audits.repository import AuditRepository
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.events import DeviceArrived
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL
from refurbish.devices.stages import Stage
from refurbish.merges.differences import Difference, MergeReason, Row, differences
from refurbish.merges.errors import AreTwo, DisksOnTheOther, SeemTwo
from refurbish.tenancy import check_leads, workshops_of


class Comparison(NamedTuple):
    """Two rows, and what says that they are two machines."""

    kept: Device
    other: Device
    differences: list[Difference]

    @property
    def are_two(self) -> bool:
        """Whether the machines themselves say so: then nothing is merged."""
        return any(one.by_machines for one in self.differences)


async def merge(
    session: AsyncSession, principal: Principal, device_id: UUID, text: str, despite: MergeReason | None = None
) -> Device:
    """The row that this text names is this machine too: it goes, and whatever names it opens this one.

    Done again it changes nothing. Raises DeviceNotFound, DisksOnTheOther, what `rules.merge` does, and SeemTwo where
    they contradict each other and nobody says why they are one `despite` it, DutyMissing when who says so is no lead,
    AreTwo where audits do: whoever took the wrong one back has its disks left, and a second person answers for those.
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
    kept, other = await _listed_first(session, kept, other)
    # What was taken for surplus is the listed one, which so has come.
    kept, came = rules.arrive(kept, at) if other.is_surplus and other.stage.is_present else (kept, [])
    gone, events = rules.merge(kept, other, at)
    if not events:
        return kept
    contradictions = await _compare(session, kept, other)
    if read := [one for one in contradictions if one.by_machines]:
        raise AreTwo(kept, other, read)
    if contradictions and despite is None:
        raise SeemTwo(kept, other, contradictions)
    if contradictions:
        check_leads(principal, kept.workshop_id)
    media, taken_out = await devices.media_and_gone_of([kept.id, other.id])
    disks = {medium.serial for medium in [*media.get(kept.id, []), *taken_out.get(kept.id, [])]}
    if strangers := [medium.serial for medium in media.get(other.id, []) if medium.serial not in disks]:
        raise DisksOnTheOther(other, strangers)
    await receive(session, [kept] if came else [], came, at)
    if any(isinstance(event, DeviceArrived) for event in events):
        here, arrived = rules.arrive(other, at)
        await receive(session, [here], arrived, at)
    await devices.save(gone)
    await outbox.append(session, [event for event in events if not isinstance(event, DeviceArrived)])
    why = _trace(contradictions, despite)
    await journal.note_all(
        session,
        principal,
        [
            journal.Note(JOURNAL, kept.id, "merged", {"label": other.label, **why}),
            journal.Note(JOURNAL, other.id, "merged-into", {"label": kept.label, **why}),
        ],
    )
    await recount(session, lots.values())
    return kept


async def compared(session: AsyncReadSession, principal: Principal, kept: Device, text: str) -> Comparison | None:
    """The row that a text names beside the one that is kept, to look at; None when it names that one.

    Raises DeviceNotFound.
    """
    other = await aliases.find(session, principal, text)
    if other.id == kept.id:
        return None
    kept, other = await _listed_first(session, kept, other)
    return Comparison(kept, other, await _compare(session, kept, other))


async def _listed_first(session: AsyncReadSession, kept: Device, other: Device) -> tuple[Device, Device]:
    """Of a surplus that nothing was done to and a device of a manifest, the donor's own is the one that stays."""
    is_awaited = not other.is_surplus and other.stage in {Stage.EXPECTED, Stage.MISSING}
    if not (is_awaited and kept.is_surplus and kept.stage is Stage.ARRIVED):
        return kept, other
    untouched = await ArrivalRepository.from_session(session).is_untouched(kept.id)
    return (other, kept) if untouched else (kept, other)


async def _compare(session: AsyncReadSession, kept: Device, other: Device) -> list[Difference]:
    audits = await AuditRepository.from_session(session).of_devices([kept.id, other.id])
    names = await AliasRepository.from_session(session).of_devices([kept.id, other.id])
    first, second = (Row(one, names.get(one.id, []), known(audits.get(one.id, [])).facts) for one in (kept, other))
    return differences(first, second)


def _trace(contradictions: list[Difference], despite: MergeReason | None) -> dict[str, Any]:
    """What the journal keeps of an answer, which only a question has."""
    if not contradictions or despite is None:
        return {}
    return {"despite": despite.value, "differences": [[one.what.value, one.kept, one.other] for one in contradictions]}
