"""Look at what an act would do with many devices; then do it, in one transaction of a few statements for all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.crash_points import crash_point
from filiere.database import AsyncReadSession, AsyncSession, Part
from filiere.identifiers import readings, uuid7
from filiere.loop_turns import in_turns
from filiere.web import Principal

from refurbish.aliases.repository import AliasRepository
from refurbish.audits.repository import AuditRepository
from refurbish.bulk import rules
from refurbish.bulk.acts import BulkAct
from refurbish.bulk.errors import BulkNotFound, NothingChosen, ReasonNeeded, TooManyChosen
from refurbish.bulk.lines import Line, Outcome, Why
from refurbish.bulk.repository import Bulk, BulkRepository
from refurbish.bulk.rules import Bench, Step
from refurbish.bulk.schemas import MOST_DEVICES, NewBulk
from refurbish.cycles.repository import CycleRepository
from refurbish.devices.device import Device
from refurbish.devices.events import DeviceErased, DeviceEvent
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL
from refurbish.erasure.service import all_told_wiped
from refurbish.tenancy import check_leads, person, workshops_of
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.waste.repository import WasteRepository
from refurbish.workshops.repository import WorkshopRepository

_MOVED = Why("Il a changé depuis l'aperçu.")
_ELSEWHERE = Why("Il est dans un autre atelier que les autres.")


async def prepare(session: AsyncSession, principal: Principal, new: NewBulk) -> Bulk:
    """Choose devices, and say of each what the act would do; nothing of them changes.

    Raises ReasonNeeded, NothingChosen, TooManyChosen, DutyMissing.
    """
    if (new.reason or None) not in ([*new.act.reasons] or [None]):
        raise ReasonNeeded
    chosen, unknown = await _chosen(session, principal, new)
    if not chosen:
        raise NothingChosen(named=bool(unknown))
    if new.act.is_for_leads:
        check_leads(principal, chosen[0].workshop_id)
    if len(chosen) > MOST_DEVICES:
        raise TooManyChosen(MOST_DEVICES)
    here = [device for device in chosen if device.workshop_id == chosen[0].workshop_id]
    bench = await _bench(session, principal, new.act, here)
    at, by = now(), person(principal)
    lines = [
        rules.line(one, rules.fingerprint(new.act, one, bench), rules.tried(new.act, new.reason, one, bench, by, at))
        async for one in in_turns(here)
    ]
    lines += [
        Line(one.id, one.label, "", Outcome.REFUSED, _ELSEWHERE)
        for one in chosen
        if one.workshop_id != chosen[0].workshop_id
    ]
    bulk = Bulk(uuid7(), chosen[0].workshop_id, new.act, new.reason, lines, unknown, at, by)
    await BulkRepository.from_session(session).insert(bulk)
    return bulk


async def find(session: AsyncReadSession, principal: Principal, bulk_id: UUID) -> Bulk:
    """Raises BulkNotFound."""
    found = await BulkRepository.from_session(session).get(workshops_of(principal), bulk_id)
    if found is None:
        raise BulkNotFound(bulk_id)
    return found


async def do(session: AsyncSession, principal: Principal, bulk_id: UUID) -> Bulk:
    """Do it with those that are as they were when they were looked at; done again it is as it was done.

    What moved meanwhile is left alone and named. Raises BulkNotFound, DutyMissing.
    """
    bulks = BulkRepository.from_session(session)
    bulk = await bulks.get_for_update(workshops_of(principal), bulk_id)
    if bulk is None:
        raise BulkNotFound(bulk_id)
    if bulk.results is not None:
        return bulk
    if bulk.act.is_for_leads:
        check_leads(principal, bulk.workshop_id)
    wanted = {line.device_id: line for line in bulk.lines if line.outcome.is_done}
    devices = await DeviceRepository.from_session(session).found_for_update(workshops_of(principal), sorted(wanted))
    bench = await _bench(session, principal, bulk.act, devices)
    at, by = now(), person(principal)
    results = {line.device_id: line for line in bulk.lines}
    # One that is not in this workshop any more has moved indeed.
    results |= {one.device_id: one._replace(outcome=Outcome.MOVED, why=_MOVED) for one in wanted.values()}
    steps: list[Step] = []
    async for device in in_turns(devices):
        seen = wanted[device.id].seen
        if rules.fingerprint(bulk.act, device, bench) != seen:
            continue
        tried = rules.tried(bulk.act, bulk.reason, device, bench, by, at)
        results[device.id] = rules.line(device, seen, tried)
        if isinstance(tried, Step) and tried.outcome.is_done:
            steps.append(tried)
    await _keep(session, principal, bulk, steps, by, at)
    lines = list(results.values())
    await bulks.done(bulk.id, lines, by, at)
    crash_point("bulk.written")
    return replace(bulk, results=lines, done_by=by, done_at=at)


async def _keep(
    session: AsyncSession, principal: Principal, bulk: Bulk, steps: Sequence[Step], by: str, at: datetime
) -> None:
    """What the single commands write, for all at once: devices, cycles, sheets, journal, events."""
    if not steps:
        return
    if changed := [one.after for one in steps if one.after != one.before]:
        await DeviceRepository.from_session(session).save_all(changed)
    if ended := [one.before for one in steps if one.ends_cycle]:
        await CycleRepository.from_session(session).end_all(ended, RecallReason(bulk.reason or ""), at)
    if sheets := [(one.after, one.sheet) for one in steps if one.sheet is not None]:
        await TestSheetRepository.from_session(session).insert_all(sheets, by, at)
    notes = [journal.Note(JOURNAL, one.after.id, one.verb, one.details or {}) for one in steps if one.verb]
    together = {"act": bulk.act.value, "devices": len(steps)}
    notes += [journal.Note(JOURNAL, one.after.id, "bulk", together) for one in steps]
    await journal.note_all(session, principal, notes)
    await outbox.append(session, await _told(session, steps, at))


async def _told(session: AsyncReadSession, steps: Sequence[Step], at: datetime) -> list[DeviceEvent]:
    """The events, device by device; of what is wiped all is said."""
    wiped = [one.after for one in steps if one.tells_wiped or any(isinstance(e, DeviceErased) for e in one.events)]
    said = await all_told_wiped(session, wiped, at) if wiped else {}
    events: list[DeviceEvent] = []
    async for one in in_turns(steps):
        events += [said[one.after.id] if isinstance(event, DeviceErased) else event for event in one.events]
        if one.tells_wiped:
            events.append(said[one.after.id])
    return events


async def _bench(session: AsyncReadSession, principal: Principal, act: BulkAct, devices: Sequence[Device]) -> Bench:
    """Everything that the rules of the act look at, in a statement each."""
    ids = [device.id for device in devices]
    repository = DeviceRepository.from_session(session)
    workshops = WorkshopRepository.from_session(session)
    workshop = await workshops.get(workshops_of(principal), devices[0].workshop_id) if devices else None
    media, gone = await repository.media_and_gone_of(ids)
    is_back = act in {BulkAct.RECALL, BulkAct.REOPEN}
    return Bench(
        workshop=workshop,
        media=media,
        gone=gone,
        sheets=await TestSheetRepository.from_session(session).newest_of(devices) if act is BulkAct.TESTS else {},
        audits=await AuditRepository.from_session(session).of_devices(ids) if is_back else {},
        finishes=await repository.finishes(ids) if act is BulkAct.READY else {},
        as_waste=frozenset(await WasteRepository.from_session(session).left(ids))
        if act is BulkAct.REOPEN
        else frozenset(),
    )


async def _chosen(session: AsyncReadSession, principal: Principal, new: NewBulk) -> tuple[list[Device], list[str]]:
    """The devices that were named, each once, and the texts that name none."""
    scope, repository = workshops_of(principal), DeviceRepository.from_session(session)
    found = {device.id: device for device in await repository.found(scope, new.devices)} if new.devices else {}
    unknown: list[str] = []
    if texts := list(dict.fromkeys(text.strip() for text in new.texts if text.strip())):
        named, unknown = await _named(session, principal, texts)
        found |= {device.id: device for device in await repository.by_labels(scope, named)}
    if new.filter is not None:
        wanted = new.filter
        part = await repository.listing(
            scope, stages=wanted.status, q=wanted.q, lot_id=wanted.lot, category=wanted.category,
            part=Part(MOST_DEVICES),
        )  # fmt: skip
        found |= {device.id: device for device in part.rows}
    return list(found.values()), unknown


async def _named(session: AsyncReadSession, principal: Principal, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """(labels of what the texts name, texts that name nothing, or more than one thing)."""
    asked = {text: readings(text) for text in texts}
    values = [value for some in asked.values() for value in some]
    known = await AliasRepository.from_session(session).known(workshops_of(principal), values) if values else {}
    labels, unknown = [], []
    for text, some in asked.items():
        label = next((known[one].label for one in some if one in known and not known[one].others), None)
        if label is None:
            unknown.append(text[:60])
        else:
            labels.append(label)
    return labels, unknown
