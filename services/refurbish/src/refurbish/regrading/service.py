"""Rule sets side by side: compare one with the stock, switch it on from a day on, undo it, let the stock follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from filiere.calendar import now, today
from filiere.catalogue.categories import Category
from filiere.catalogue.grading import GradingRules, rulesets_for
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.jobs.repository import Job, JobRepository
from filiere.web import Principal

from refurbish.grading.repository import GradingRepository
from refurbish.grading.switches import Switch, categories_of, in_force
from refurbish.regrading.errors import InForceAlready, NotCompared, RulesetNotFound, StartsTooEarly, SwitchNotFound
from refurbish.regrading.schemas import label_of
from refurbish.tenancy import person

COMPARE = "compare-rules"
"""The kind of job that counts what a rule set would change; its key is the rule set's name."""
FOLLOW = "regrade"
"""The kind of job by which the stock follows the rules in force; there is one at a time."""
_STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A published rule set as the coordination sees it today."""

    rules: GradingRules
    in_force_for: Sequence[Category]
    switch: Switch | None  # not undone

    @property
    def label(self) -> str:
        return label_of(self.rules)


def published(name: str) -> GradingRules:
    """Raises RulesetNotFound."""
    for rules in _all():
        if rules.name == name:
            return rules
    raise RulesetNotFound(name)


def _all() -> list[GradingRules]:
    """Every rule set once, newest first within what it grades."""
    found = {rules.name: rules for category in Category for rules in reversed(rulesets_for(category))}
    return list(found.values())


async def listing(session: AsyncReadSession) -> list[Ruleset]:
    switches = await GradingRepository.from_session(session).switches()
    return [_seen(rules, switches, today()) for rules in _all()]


async def get(session: AsyncReadSession, name: str) -> Ruleset:
    """Raises RulesetNotFound."""
    return _seen(published(name), await GradingRepository.from_session(session).switches(), today())


def _seen(rules: GradingRules, switches: Sequence[Switch], on: date) -> Ruleset:
    counts = [category for category in rules.categories if in_force(category, on, switches).name == rules.name]
    standing = next((one for one in switches if one.ruleset == rules.name and one.undone_at is None), None)
    return Ruleset(rules, counts, standing)


async def compare(session: AsyncSession, name: str) -> Job:
    """Have counted what it would change; asked again while it is counted, it is one job. Raises RulesetNotFound."""
    return await JobRepository.from_session(session).ask(uuid7(), COMPARE, published(name).name, {})


async def compared(session: AsyncReadSession, name: str) -> Job | None:
    """The newest comparison, for as long as it is remembered."""
    return await JobRepository.from_session(session).newest(COMPARE, name)


async def switch_on(session: AsyncSession, principal: Principal, name: str, starts_on: date) -> Switch:
    """Let a rule set grade from a day on, and the stock follow it; asked again, it is the same switch.

    Raises RulesetNotFound, StartsTooEarly, InForceAlready, NotCompared.
    """
    rules = published(name)
    gradings = GradingRepository.from_session(session)
    await gradings.lock_switches()
    seen = _seen(rules, await gradings.switches(), today())
    if seen.switch is not None and seen.switch.starts_on == starts_on:
        return seen.switch
    if starts_on < today():
        raise StartsTooEarly
    if seen.switch is not None or len(seen.in_force_for) == len(rules.categories):
        raise InForceAlready
    job = await compared(session, name)
    if job is None or job.state.is_open or job.failure is not None:
        raise NotCompared(f"« {seen.label} »")
    switch = Switch(uuid7(), name, starts_on, now(), person(principal))
    await gradings.add_switch(switch)
    await follow_when_due(session)
    return switch


async def undo(session: AsyncSession, principal: Principal, switch_id: UUID) -> Switch:
    """Let the rules before grade again, and the stock follow; undone twice it is undone once. Raises SwitchNotFound."""
    gradings = GradingRepository.from_session(session)
    await gradings.lock_switches()
    found = next((one for one in await gradings.switches() if one.id == switch_id), None)
    if found is None:
        raise SwitchNotFound(switch_id)
    if found.undone_at is None:
        await gradings.undo_switch(switch_id, person(principal))
        if found.starts_on <= today():
            await follow(session)
    return found


async def follow_when_due(session: AsyncSession) -> None:
    """Have the stock follow when the day of a switch has come."""
    switches = await GradingRepository.from_session(session).switches()
    if any(one.has_begun(today()) and one.applied_at is None for one in switches):
        await follow(session)


async def follow(session: AsyncSession) -> Job:
    """Have the stock follow the rules in force."""
    return await JobRepository.from_session(session).ask(uuid7(), FOLLOW, _STOCK, {})


async def following(session: AsyncReadSession) -> Job | None:
    """How far the stock is, for as long as it is remembered."""
    return await JobRepository.from_session(session).newest(FOLLOW, _STOCK)


def is_switchable(seen: Ruleset, job: Job | None) -> bool:
    """Whether the page offers to switch it on."""
    return (
        seen.switch is None
        and len(seen.in_force_for) < len(categories_of(seen.rules.name))
        and job is not None
        and not job.state.is_open
        and job.failure is None
    )
