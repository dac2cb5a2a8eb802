"""A proposal beside another one, or beside other ways to share the same stock among the same orders."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from uuid import UUID

from cachetools import LRUCache
from filiere.database import AsyncReadSession
from filiere.geography import LocalityClass
from pydantic import BaseModel, Field

from distribute.allocation.proposals import service
from distribute.allocation.proposals.comparison_sides import Baseline, Proposed, Way, both
from distribute.allocation.proposals.decisions import Change
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.allocation.proposals.same_snapshot import same_snapshot
from distribute.engine.fairness_report import fairness
from distribute.engine.sentences import percent_of

__all__ = ["Baseline", "ComparisonOut", "Figures", "RelaisShare", "Sides", "compare", "figures_of", "lay"]


class Figures(BaseModel):
    """How fair one way to share is. Shares are received / asked, between 0 and 1, history of the window included."""

    name: str = Field(description="`proposal`, a baseline, or the number of another proposal.")
    as_of: date = Field(description="Day of the snapshot.")
    policy: str = Field(description="Name and version of the policy whose window and weights the shares use.")
    window_months: int = Field(description="Months of history that the shares count.")
    changed: int = Field(description="Lines that the coordination changed by hand, as they count here.")
    wanted: int = Field(description="Devices that open lines lacked: given, unmet and hopeless together.")
    given: float = Field(description="Devices; the proportional way splits devices.")
    unmet: float = Field(description="Devices that were asked, could be served, and are not.")
    hopeless: int = Field(description="Devices that were asked and that nothing ready can serve under the hard rules.")
    without_any: int = Field(description="Relais that ask and get nothing now.")
    minimum_weighted_share: float = Field(description="Of the worst served Relais, divided by its weight.")
    jain: float = Field(description="1 when all weighted shares are equal, 1/n when one Relais has everything.")
    gini: float = Field(description="0 when all weighted shares are equal, nearly 1 when one Relais has everything.")
    shipments: int = Field(description="Parcels from a workshop to a Relais; a fraction of a device makes one too.")
    device_km: int | None = Field(description="Kilometres that devices travel in all; none when a place is not known.")
    by_locality: dict[str, float] = Field(description="Share per locality class, of those with a Relais that asks.")
    by_territory: dict[str, float] = Field(description="Share per code of département, likewise.")
    by_public: dict[str, float] = Field(description="Share per public in the words of data.inclusion, likewise.")

    @property
    def minimum_percent(self) -> int:
        """The share of the worst served Relais as it is said."""
        return percent_of(self.minimum_weighted_share)


class RelaisShare(BaseModel):
    """One Relais under both; what is none says that it has no open line there."""

    relais_id: UUID
    name: str
    territory: str
    asked: int = Field(
        description="Devices in the window, what lacks now included as far as something ready can serve it; of the "
        "other one's when none here."
    )
    before: int = Field(description="Of these, received before.")
    hopeless: int = Field(description="Devices that it asks as well and that nothing ready can serve; not in `asked`.")
    ours: float | None = Field(description="Devices now.")
    theirs: float | None
    our_share: float | None = Field(
        description="Received of asked, 0 to 1, with what it gets now; none when nothing ready can serve it."
    )
    their_share: float | None


class ComparisonOut(BaseModel):
    """Both, figure by figure, and each Relais with an open line."""

    ours: Figures
    theirs: Figures
    same_snapshot: bool = Field(description="Whether both share the same stock among the same orders.")
    same_policy: bool
    relais: list[RelaisShare]


# A large one (20 000 lines) takes some megabytes.
_KEPT = 4
_both: "LRUCache[tuple[UUID, Baseline | UUID, tuple[tuple[UUID, Change], ...]], tuple[Way, Way]]" = LRUCache(_KEPT)


@dataclass(frozen=True, slots=True)
class Sides:
    """Two ways to share, and (name, département) of each Relais of one of both."""

    ours: Way
    theirs: Way
    places: Mapping[UUID, tuple[str, str]]


async def compare(session: AsyncReadSession, proposal_id: UUID, other: Baseline | UUID) -> ComparisonOut:
    """Raises ProposalNotFound, ProposalNotComputed, of either of both."""
    return await asyncio.to_thread(figures_of, await lay(session, proposal_id, other))


async def lay(session: AsyncReadSession, proposal_id: UUID, other: Baseline | UUID) -> Sides:
    """Both ways side by side, the coordination's changes in each proposal. Raises as `compare`."""
    repository = ProposalsRepository.from_session(session)
    proposed = await _proposed(session, proposal_id)
    beside: Proposed | Baseline
    if isinstance(other, Baseline):
        beside, name = other, other.value
    else:
        beside = await _proposed(session, other)
        name = str((await service.get(session, other)).number)
    # On its own snapshot what was computed never changes, so only the coordination's changes can.
    key = (proposal_id, other, tuple(sorted(proposed.changes.items(), key=itemgetter(0))))
    found = _both.get(key)
    if found is None:
        found = await asyncio.to_thread(both, proposed, beside, name)
        if isinstance(other, Baseline):
            _both[key] = found
    ours, theirs = found
    known = {one.id for way in (ours, theirs) for one in way.instance.problem.relais}
    return Sides(ours, theirs, await repository.places([UUID(one) for one in known]))


async def _proposed(session: AsyncReadSession, proposal_id: UUID) -> Proposed:
    opened = await service.opened_of(session, proposal_id)
    changes = await ProposalsRepository.from_session(session).changes(proposal_id)
    return Proposed(opened, {line: Change(given, reason) for line, given, reason in changes})


def figures_of(sides: Sides) -> ComparisonOut:
    """The figures of both."""
    ours, theirs = sides.ours, sides.theirs
    territories = {str(one): territory for one, (_, territory) in sides.places.items()}
    return ComparisonOut(
        ours=_figures(ours, territories),
        theirs=_figures(theirs, territories),
        same_snapshot=same_snapshot(ours.instance, theirs.instance),
        same_policy=ours.instance.policy == theirs.instance.policy,
        relais=_each(ours, theirs, sides.places),
    )


def _figures(way: Way, territories: Mapping[str, str]) -> Figures:
    instance, hopeless = way.instance, int(way.hopeless.sum())
    report = fairness(instance, way.given)
    relais = instance.problem.relais
    return Figures(
        name=way.name,
        as_of=instance.problem.as_of,
        policy=instance.policy.label,
        window_months=instance.policy.window_months,
        changed=way.changed,
        wanted=int(instance.quantity.sum()),
        given=round(report.given, 1),
        unmet=round(report.unmet, 1),
        hopeless=hopeless,
        without_any=report.without_any,
        minimum_weighted_share=report.minimum_weighted_share,
        jain=report.jain,
        gini=report.gini,
        shipments=way.shipments,
        device_km=way.device_km,
        by_locality={
            one.value: report.share_by_locality[one] for one in LocalityClass if one in report.share_by_locality
        },
        by_territory=_by(way, {n: [territories.get(one.id, "?")] for n, one in enumerate(relais)}),
        by_public=_by(way, {n: sorted(one.publics) for n, one in enumerate(relais)}),
    )


def _asking(way: Way) -> set[int]:
    """Relais with a line that something ready can serve."""
    return set(way.instance.line_relais[way.instance.relevant].tolist())


def _by(way: Way, groups: Mapping[int, list[str]]) -> dict[str, float]:
    """Share of each group: what its Relais received by what they asked."""
    received: dict[str, float] = {}
    asked: dict[str, float] = {}
    given = way.given
    for number in sorted(_asking(way)):
        for group in groups[number]:
            received[group] = received.get(group, 0.0) + way.instance.served[number] + given[number]
            asked[group] = asked.get(group, 0.0) + way.instance.asked[number]
    return {group: float(received[group] / asked[group]) for group in sorted(asked)}


def _each(ours: Way, theirs: Way, places: Mapping[UUID, tuple[str, str]]) -> list[RelaisShare]:
    """By name: those with an open line in one of both."""
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
                hopeless=known.hopeless,
                ours=mine.given if mine is not None else None,
                theirs=round(other.given, 1) if other is not None else None,
                our_share=mine.share if mine is not None else None,
                their_share=other.share if other is not None else None,
            )
        )
    return sorted(found, key=lambda one: (one.name.casefold(), str(one.relais_id)))


@dataclass(frozen=True, slots=True)
class _Under:
    """A Relais under one way to share."""

    asked: int
    before: int
    hopeless: int
    given: float
    share: float | None


def _by_id(way: Way) -> dict[str, _Under]:
    instance, asking = way.instance, _asking(way)
    columns = zip(
        instance.asked.tolist(), instance.served.tolist(), way.hopeless.tolist(), way.given.tolist(), strict=True
    )
    return {
        instance.problem.relais[number].id: _Under(
            asked, before, int(hopeless), given, (before + given) / asked if number in asking else None
        )
        for number, (asked, before, hopeless, given) in enumerate(columns)
    }
