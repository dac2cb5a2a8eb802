"""A proposal beside another one, or beside two simpler ways to share the same stock among the same orders."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

import numpy as np
from filiere.database import AsyncReadSession
from filiere.geography import LocalityClass
from pydantic import BaseModel, Field

from distribute.allocation.engine import Problem, baselines
from distribute.allocation.engine.canonical import canonical
from distribute.allocation.engine.fairness import Numbers, fairness
from distribute.allocation.engine.instance import Instance, instance_of
from distribute.allocation.engine.transport import journeys
from distribute.proposals import service
from distribute.proposals.opened import Opened, open_archive
from distribute.proposals.repository import ProposalsRepository


class Baseline(StrEnum):
    """Ways to share that need no history and no weights."""

    FIRST_COME = "first_come"
    PROPORTIONAL = "proportional"


class Figures(BaseModel):
    """How fair one way to share is. Shares are received / asked, between 0 and 1, history of the window included."""

    name: str = Field(description="`proposal`, a baseline, or the number of another proposal.")
    as_of: date = Field(description="Day of the snapshot.")
    policy: str = Field(description="Name and version of the policy whose window and weights the shares use.")
    window_months: int = Field(description="Months of history that the shares count.")
    given: float = Field(description="Devices; the proportional way splits devices.")
    unmet: float = Field(description="Devices that were asked, could be served, and are not.")
    without_any: int = Field(description="Relais that ask and get nothing now.")
    minimum_weighted_share: float = Field(description="Of the worst served Relais, divided by its weight.")
    jain: float = Field(description="1 when all weighted shares are equal, 1/n when one Relais has everything.")
    gini: float = Field(description="0 when all weighted shares are equal, nearly 1 when one Relais has everything.")
    shipments: int = Field(description="Parcels from a workshop to a Relais; a fraction of a device makes one too.")
    device_km: int | None = Field(description="Kilometres that devices travel in all; none when a place is not known.")
    by_locality: dict[str, float] = Field(description="Share per locality class, of those with a Relais that asks.")
    by_territory: dict[str, float] = Field(description="Share per code of département, likewise.")
    by_public: dict[str, float] = Field(description="Share per public in the words of data.inclusion, likewise.")


class RelaisShare(BaseModel):
    """One Relais under both; what is none says that it asks for nothing there."""

    relais_id: UUID
    name: str
    territory: str
    asked: int = Field(description="Devices in the window, what lacks now included; of the other one's when none here.")
    before: int = Field(description="Of these, received before.")
    ours: float | None = Field(description="Devices now.")
    theirs: float | None
    our_share: float | None = Field(description="Received of asked, 0 to 1, with what it gets now.")
    their_share: float | None


class ComparisonOut(BaseModel):
    """Both, figure by figure, and each Relais that asks."""

    ours: Figures
    theirs: Figures
    same_snapshot: bool = Field(description="Whether both share the same stock among the same orders.")
    same_policy: bool
    relais: list[RelaisShare]


@dataclass(frozen=True, slots=True)
class _Shared:
    """One way to share: what each Relais of an instance is given, by number."""

    name: str
    instance: Instance
    given: Numbers
    shipments: int
    device_km: int | None


async def compare(session: AsyncReadSession, proposal_id: UUID, other: Baseline | UUID) -> ComparisonOut:
    """Raises ProposalNotFound, ProposalNotComputed, of either of both."""
    repository = ProposalsRepository.from_session(session)
    opened = await open_archive(proposal_id, await service.kept(session, proposal_id))
    beside: Opened | Baseline
    if isinstance(other, Baseline):
        beside, name = other, other.value
    else:
        beside = await open_archive(other, await service.kept(session, other))
        name = str((await service.get(session, other)).number)
    ours, theirs = await asyncio.to_thread(_both, opened, beside, name)
    known = {one.id for shared in (ours, theirs) for one in shared.instance.problem.relais}
    places = await repository.places([UUID(one) for one in known])
    territories = {str(one): territory for one, (_, territory) in places.items()}
    return ComparisonOut(
        ours=_figures(ours, territories),
        theirs=_figures(theirs, territories),
        same_snapshot=await asyncio.to_thread(_same_snapshot, ours.instance, theirs.instance),
        same_policy=ours.instance.policy == theirs.instance.policy,
        relais=_each(ours, theirs, places),
    )


def _both(opened: Opened, beside: Opened | Baseline, name: str) -> tuple[_Shared, _Shared]:
    ours = _of(opened, "proposal")
    if isinstance(beside, Opened):
        return ours, _of(beside, name)
    instance = ours.instance
    way = baselines.first_come if beside is Baseline.FIRST_COME else baselines.proportional
    other = way(instance)
    given = np.zeros(len(instance.asked), np.float64)
    np.add.at(given, instance.line_relais, other.totals)
    shipments, device_km = journeys(instance, other.takes)
    return ours, _Shared(name, instance, given, shipments, round(device_km) if _is_placed(opened) else None)


def _of(opened: Opened, name: str) -> _Shared:
    instance = instance_of(canonical(opened.problem), opened.policy)
    given = {one.relais_id: one.given for one in opened.allocation.relais}
    return _Shared(
        name,
        instance,
        np.array([given.get(one.id, 0) for one in instance.problem.relais], np.float64),
        opened.allocation.shipments,
        opened.allocation.device_km if _is_placed(opened) else None,
    )


def _is_placed(opened: Opened) -> bool:
    """Whether every way is known: the engine counts a round figure for the others."""
    problem = opened.problem
    return all(one.place for one in problem.classes) and all(one.place for one in problem.relais)


def _same_snapshot(ours: Instance, theirs: Instance) -> bool:
    """Whether both share the same: another window counts another history of the same Relais."""
    mine, other = ours.problem, theirs.problem
    if ours.policy.window_months != theirs.policy.window_months:
        mine, other = _without_history(mine), _without_history(other)
    return mine == other


def _without_history(problem: Problem) -> Problem:
    return replace(problem, relais=tuple(replace(one, asked=0, served=0) for one in problem.relais))


def _asking(shared: _Shared) -> list[int]:
    return [int(one) for one in np.unique(shared.instance.line_relais[shared.instance.relevant])]


def _figures(shared: _Shared, territories: Mapping[str, str]) -> Figures:
    report = fairness(shared.instance, shared.given)
    relais = shared.instance.problem.relais
    return Figures(
        name=shared.name,
        as_of=shared.instance.problem.as_of,
        policy=shared.instance.policy.label,
        window_months=shared.instance.policy.window_months,
        given=round(report.given, 1),
        unmet=round(report.unmet, 1),
        without_any=report.without_any,
        minimum_weighted_share=report.minimum_weighted_share,
        jain=report.jain,
        gini=report.gini,
        shipments=shared.shipments,
        device_km=shared.device_km,
        by_locality={
            one.value: report.share_by_locality[one] for one in LocalityClass if one in report.share_by_locality
        },
        by_territory=_by(shared, {n: [territories.get(one.id, "?")] for n, one in enumerate(relais)}),
        by_public=_by(shared, {n: sorted(one.publics) for n, one in enumerate(relais)}),
    )


def _by(shared: _Shared, groups: Mapping[int, list[str]]) -> dict[str, float]:
    """Share of each group: what its Relais received by what they asked."""
    received: dict[str, float] = {}
    asked: dict[str, float] = {}
    for number in _asking(shared):
        for group in groups[number]:
            received[group] = received.get(group, 0.0) + shared.instance.served[number] + shared.given[number]
            asked[group] = asked.get(group, 0.0) + shared.instance.asked[number]
    return {group: float(received[group] / asked[group]) for group in sorted(asked)}


def _each(ours: _Shared, theirs: _Shared, places: Mapping[UUID, tuple[str, str]]) -> list[RelaisShare]:
    """By name: those that ask in one of both."""
    here, there = _by_id(ours), _by_id(theirs)
    found = []
    for name in here.keys() | there.keys():
        relais_id, mine, other = UUID(name), here.get(name), there.get(name)
        known = mine or other
        assert known is not None
        called, territory = places[relais_id]
        found.append(
            RelaisShare(
                relais_id=relais_id,
                name=called,
                territory=territory,
                asked=known.asked,
                before=known.before,
                ours=mine.given if mine is not None else None,
                theirs=round(other.given, 1) if other is not None else None,
                our_share=mine.share if mine is not None else None,
                their_share=other.share if other is not None else None,
            )
        )
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.relais_id)))


@dataclass(frozen=True, slots=True)
class _Asking:
    """A Relais that asks, under one way to share."""

    asked: int
    before: int
    given: float

    @property
    def share(self) -> float:
        return (self.before + self.given) / self.asked


def _by_id(shared: _Shared) -> dict[str, _Asking]:
    instance = shared.instance
    return {
        instance.problem.relais[number].id: _Asking(
            int(instance.asked[number]), int(instance.served[number]), float(shared.given[number])
        )
        for number in _asking(shared)
    }
