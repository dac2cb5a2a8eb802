"""Whether two proposals share the same stock among the same orders, whatever rule each follows."""

from collections.abc import Collection
from dataclasses import replace

from distribute.engine import Acceptance, Policy, Problem, StockClass
from distribute.engine.canonical import canonical
from distribute.engine.instance import Instance


def same_snapshot(ours: Instance, theirs: Instance) -> bool:
    """Whether both share the same, in what their rules both look at.

    Another window counts another history of the same Relais; and what is set aside for a campaign that a rule does not
    name is everybody's to it, so that its snapshot does not tell these devices apart.
    """
    mine, other = ours.problem, theirs.problem
    if ours.policy.window_months != theirs.policy.window_months:
        mine, other = _without_history(mine), _without_history(other)
    campaigns = _campaigns(ours.policy) & _campaigns(theirs.policy)
    return _naming_only(campaigns, mine) == _naming_only(campaigns, other)


def _campaigns(policy: Policy) -> set[str]:
    return set(policy.campaigns)


def _without_history(problem: Problem) -> Problem:
    return replace(problem, relais=tuple(replace(one, asked=0, served=0) for one in problem.relais))


def _naming_only(campaigns: Collection[str], problem: Problem) -> Problem:
    """The snapshot of a rule that names these campaigns alone: the other ones' devices are among everybody's."""
    forgotten = {one.id: one for one in problem.classes if one.campaign not in (None, *campaigns)}
    # The campaign of a class is the end of its id (`FreeDevice.class_id`).
    names = {name: name.removesuffix(f"/{one.campaign}") for name, one in forgotten.items()}
    classes: dict[str, StockClass] = {}
    for one in problem.classes:
        if one.id in names:
            one = replace(one, id=names[one.id], campaign=None)
        known = classes.get(one.id)
        classes[one.id] = one if known is None else replace(one, devices=known.devices + one.devices)
    acceptances = tuple(_renamed(one, names) for one in problem.acceptances)
    return canonical(replace(problem, classes=tuple(classes.values()), acceptances=acceptances))


def _renamed(acceptance: Acceptance, names: dict[str, str]) -> Acceptance:
    return replace(
        acceptance, tiers=tuple(tuple({names.get(name, name) for name in tier}) for tier in acceptance.tiers)
    )
