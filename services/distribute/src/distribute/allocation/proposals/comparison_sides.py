"""Ways to share one snapshot: a proposal with the coordination's changes, as it was computed, or by a simpler rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

import numpy as np

from distribute.allocation.proposals.archive_cache import Opened
from distribute.allocation.proposals.decisions import Change, Decision, decide
from distribute.engine import baselines
from distribute.engine.canonical import canonical
from distribute.engine.fairness_report import Numbers
from distribute.engine.flow import Integers
from distribute.engine.instance import NOWHERE, Instance, instance_of
from distribute.engine.transport import Takes, journeys


class Baseline(StrEnum):
    """What a proposal can be put beside on its own snapshot. The first two need no history and no weights."""

    FIRST_COME = "first_come"
    PROPORTIONAL = "proportional"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A kept proposal, and what the coordination decided otherwise for its lines."""

    opened: Opened
    changes: Mapping[UUID, Change]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to share: what each line of an instance is given, by number."""

    name: str
    instance: Instance
    totals: Numbers
    shipments: int
    device_km: int | None
    # Lines that the coordination changed by hand, counted as changed.
    changed: int = 0

    @property
    def given(self) -> Numbers:
        """What each Relais is given, by number."""
        return _summed(self.instance.line_relais, self.totals, len(self.instance.asked))

    @property
    def hopeless(self) -> Numbers:
        """What each Relais asks that nothing ready can serve, by number."""
        lacking = np.where(self.instance.line_pattern == NOWHERE, self.instance.quantity, 0)
        return _summed(self.instance.line_relais, lacking, len(self.instance.asked))


def both(proposed: Proposed, beside: Proposed | Baseline, name: str) -> tuple[Way, Way]:
    """A proposal, and what it is put beside under the name."""
    ours = _of(proposed, "proposal")
    if isinstance(beside, Proposed):
        return ours, _of(beside, name)
    if beside is Baseline.COMPUTED:
        theirs = _computed(proposed.opened, _laid_out(proposed.opened), name)
    else:
        theirs = _simpler(proposed.opened, beside, name)
    # Both count the same lines as lines that something ready can serve.
    return ours, replace(theirs, instance=ours.instance)


def _of(proposed: Proposed, name: str) -> Way:
    opened, instance = proposed.opened, _laid_out(proposed.opened)
    if not proposed.changes:
        return _computed(opened, instance, name)
    decisions = decide(opened.problem, opened.allocation, proposed.changes)
    takes = _takes(instance, decisions)
    totals = _summed(takes.line, takes.count, len(instance.quantity))
    shipments, device_km = journeys(instance, takes)
    known = round(device_km) if _is_placed(opened) else None
    return Way(name, _served_by_hand(instance, totals), totals, shipments, known, len(proposed.changes))


def _computed(opened: Opened, instance: Instance, name: str) -> Way:
    given = {line.line_id: line.given for line in opened.allocation.lines}
    totals = np.array([given[one.id] for one in instance.problem.lines], np.float64)
    device_km = opened.allocation.device_km if _is_placed(opened) else None
    return Way(name, instance, totals, opened.allocation.shipments, device_km)


def _simpler(opened: Opened, baseline: Baseline, name: str) -> Way:
    instance = _laid_out(opened)
    way = baselines.first_come if baseline is Baseline.FIRST_COME else baselines.proportional
    found = way(instance)
    shipments, device_km = journeys(instance, found.takes)
    return Way(name, instance, found.totals, shipments, round(device_km) if _is_placed(opened) else None)


def _laid_out(opened: Opened) -> Instance:
    return instance_of(canonical(opened.problem), opened.policy)


def _takes(instance: Instance, decisions: list[Decision]) -> Takes:
    """A row per device."""
    lines = {one.id: number for number, one in enumerate(instance.problem.lines)}
    holding = {device.id: number for number, one in enumerate(instance.problem.classes) for device in one.devices}
    rows = [(lines[str(one.line_id)], holding[str(device.device_id)]) for one in decisions for device in one.devices]
    line, of_class = np.array(rows, np.int64).reshape(len(rows), 2).T
    return Takes(line, of_class, np.ones(len(rows), np.float64))


def _served_by_hand(instance: Instance, totals: Numbers) -> Instance:
    """The same, where lines count as servable that the rule serves with nothing but the coordination does: a change by
    hand may exceed a campaign's part of the stock, so that devices go to a line that had none before it."""
    lines = np.flatnonzero((totals > 0) & (instance.line_pattern == NOWHERE))
    if not len(lines):
        return instance
    pattern, asked = instance.line_pattern.copy(), instance.asked.copy()
    # Any pattern but NOWHERE: figures ask whether there is one, not which.
    pattern[lines] = 0
    np.add.at(asked, instance.line_relais[lines], instance.quantity[lines])
    return replace(instance, line_pattern=pattern, asked=asked)


def _summed(owners: Integers, amounts: Integers | Numbers, count: int) -> Numbers:
    found = np.zeros(count, np.float64)
    np.add.at(found, owners, amounts)
    return found


def _is_placed(opened: Opened) -> bool:
    """Whether every way is known: the engine counts a round figure for the others."""
    problem = opened.problem
    return all(one.place for one in problem.classes) and all(one.place for one in problem.relais)
