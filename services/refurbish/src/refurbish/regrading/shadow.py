"""The worker's side of a comparison: the rule set runs beside the one in force, and changes nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.database import EVERYBODY
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import Work

from refurbish.grading.repository import GradingRepository
from refurbish.grading.switches import categories_of, in_force
from refurbish.regrading.comparison import Kept, Tally
from refurbish.regrading.computing import Said, grades_of, written
from refurbish.regrading.following import COMPUTED_AT_ONCE, READ_AT_ONCE
from refurbish.regrading.repository import Compared, RegradingRepository
from refurbish.workshops.repository import WorkshopRepository

_COUNTED_AT_ONCE = 1_000  # a turn of the loop


async def compare(work: Work) -> None:
    """Judge every graded device by the rule set that is asked about."""
    ruleset, on = work.claim.key, today()
    categories = categories_of(ruleset)
    rules = dict.fromkeys(categories, ruleset)
    async with work.database.read() as session:
        switches = await GradingRepository.from_session(session).switches()
        names = {one.id: one.name for one in await WorkshopRepository.from_session(session).listing(EVERYBODY)}
        work.total = await RegradingRepository.from_session(session).graded(categories)
    tally = Tally(ruleset, on, {one: in_force(one, on, switches).name for one in categories})
    known: dict[str, Said] = {}
    after = UUID(int=0)
    while devices := await _read(work, categories, after):
        facts: list[bytes] = []
        asked: set[str] = set()
        for start in range(0, len(devices), READ_AT_ONCE):
            facts.append(_new_facts(devices[start : start + READ_AT_ONCE], known, asked))
            await asyncio.sleep(0)
        if asked:
            async for answers in grades_of(rules, facts):
                known.update((one[0], one) for one in answers)
        for start in range(0, len(devices), _COUNTED_AT_ONCE):
            for one in devices[start : start + _COUNTED_AT_ONCE]:
                _count(tally, one, names[one.workshop_id], known)
            await asyncio.sleep(0)
        after = devices[-1].device_id
        work.done += len(devices)
    packed = await asyncio.to_thread(tally.done().dumped)
    async with work.database.unit_of_work() as session:
        await JobRepository.from_session(session).finish(work.claim, packed)


async def _read(work: Work, categories: Sequence[Category], after: UUID) -> list[Compared]:
    devices: list[Compared] = []
    while len(devices) < COMPUTED_AT_ONCE:
        async with work.database.read() as session:
            page = await RegradingRepository.from_session(session).compared(categories, after, READ_AT_ONCE)
        if not page:
            break
        devices += page
        after = page[-1].device_id
    return devices


def _new_facts(devices: Sequence[Compared], known: Mapping[str, Said], asked: set[str]) -> bytes:
    """What the rules have not been asked yet; noted in `asked`."""
    new = {
        one.facts_key: (one.facts_key, one.category.value, one.facts)
        for one in devices
        if one.facts_key is not None
        and one.facts is not None
        and one.facts_key not in known
        and one.facts_key not in asked
    }
    asked.update(new)
    return written(new.values())


def _count(tally: Tally, one: Compared, workshop: str, known: Mapping[str, Said]) -> None:
    if one.facts_key is None:
        tally.add_unknown()
        return
    _, _, grade, _ = known[one.facts_key]
    kept = Kept(
        one.device_id, one.label, workshop, one.category, one.is_ready, one.is_promised, one.grade,
        Grade(grade) if grade else None,
    )  # fmt: skip
    tally.add(kept, public_body=one.public_body)
