"""The stock follows the rules in force: some devices at a time, each time in a transaction of its own, so that a worker
that dies has left whole devices behind and the next one goes on with what is left.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now, today
from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.database import EVERYBODY, AsyncReadSession
from filiere.jobs.repository import JobLost, JobRepository
from filiere.jobs.running import Work
from filiere.loop_turns import in_turns

from refurbish.devices.device import Device
from refurbish.devices.events import DeviceEvent
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.rules import announced
from refurbish.devices.service import JOURNAL
from refurbish.devices.stages import Stage
from refurbish.grading.repository import GradingRepository
from refurbish.grading.rules import told
from refurbish.grading.switches import touched
from refurbish.regrading.computing import Said, grades_of, written
from refurbish.regrading.repository import Page, RegradingRepository
from refurbish.workshops.repository import WorkshopRepository

COMPUTED_AT_ONCE = 50_000  # devices, in one process: it costs a fifth of a second to begin
READ_AT_ONCE = 1_500  # what a turn of the loop may hold
_WRITTEN_AT_ONCE = 1_000
_EVENTS_AT_ONCE = 250
_FIRST = str(UUID(int=0))

Named = tuple[str, str | None]
"""A workshop's name and its département: looked up once, for each of its devices says them."""


async def follow(work: Work) -> None:
    """Bring every free graded device to the rules in force on the day."""
    on = today()
    async with work.database.read() as session:
        rules = touched(await GradingRepository.from_session(session).switches(), on)
        work.total = await RegradingRepository.from_session(session).count(rules)
        workshops = await _workshops(session)
    known: dict[str, Said] = {}
    devices = await _computed(work, rules, _FIRST, known)
    while devices:
        # While some are written, the next ones are computed.
        ahead = asyncio.create_task(_computed(work, rules, devices[-1][0], known))
        try:
            for part in _apart(devices):
                await _write(work, part, [known[key] for key in {key for _, key, _, _ in part}], workshops)
                work.done += len(part)
            devices = await ahead
        finally:
            ahead.cancel()
            await asyncio.wait({ahead})
    await _finish(work, on)


def _apart(devices: list[Page]) -> Iterator[list[Page]]:
    """Some devices at a time, each time from all over: of devices side by side in the table hardly two at once.

    What is written beside a row that no transaction needs any more takes its place, and no index hears of it. All
    neighbours in one transaction would find no room, and each of them would be entered in a dozen indexes anew, that
    of the search among them: four times the database's work.
    """
    parts = -(-len(devices) // _WRITTEN_AT_ONCE)
    return (devices[first::parts] for first in range(parts))


async def _computed(work: Work, rules: Mapping[Category, str], after: str, known: dict[str, Said]) -> list[Page]:
    """The next devices; what the rules say of each is in `known` then. What is alike is asked once."""
    devices: list[Page] = []
    asked: set[str] = set()
    facts: list[bytes] = []
    while len(devices) < COMPUTED_AT_ONCE:
        async with work.database.read() as session:
            page = await RegradingRepository.from_session(session).page(rules, after, READ_AT_ONCE)
        if not page:
            break
        devices += page
        after = page[-1][0]
        new = {key: (key, category, of) for _, key, category, of in page if key not in known and key not in asked}
        facts.append(written(new.values()))
        asked.update(new)
    if asked:
        async for answers in grades_of(rules, facts):
            known.update((one[0], one) for one in answers)
    return devices


async def _write(work: Work, part: Sequence[Page], said: Sequence[Said], workshops: Mapping[UUID, Named]) -> None:
    """Some devices, in one transaction; nothing of it when the job is another worker's by now."""
    at = now()
    async with work.database.unit_of_work() as session:
        if not await JobRepository.from_session(session).alive(work.claim, work.done, work.total):
            raise JobLost
        changed = await RegradingRepository.from_session(session).apply([device for device, *_ in part], said, at)
        ready = [device.id for _, device in changed if device.stage is Stage.READY]
        finishes = await DeviceRepository.from_session(session).finishes(ready) if ready else {}
        for start in range(0, len(changed), _EVENTS_AT_ONCE):
            some = changed[start : start + _EVENTS_AT_ONCE]
            events: list[DeviceEvent] = []
            async for _, device in in_turns(some):
                events.append(told(device, at))
                if device.stage is Stage.READY:
                    name, territory = workshops[device.workshop_id]
                    events.append(announced(device, name, territory, at, finishes[device.id]))
            await journal.note_all(session, journal.NETWORK, [_note(before, device) for before, device in some])
            await outbox.append(session, events)


def _note(before: Grade, device: Device) -> journal.Note:
    assert device.grade is not None
    return journal.Note(JOURNAL, device.id, "regraded", {"before": before.value, "after": device.grade.value})


async def _finish(work: Work, on: date) -> None:
    async with work.database.unit_of_work() as session:
        await GradingRepository.from_session(session).applied(on)
        await JobRepository.from_session(session).finish(work.claim)


async def _workshops(session: AsyncReadSession) -> dict[UUID, Named]:
    found = await WorkshopRepository.from_session(session).listing(EVERYBODY)
    return {workshop.id: (workshop.name, workshop.territory) for workshop in found}
