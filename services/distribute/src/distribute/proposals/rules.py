"""The policies under which a proposal may be computed, as people choose among them and read them on the page."""

from dataclasses import dataclass
from datetime import date

from filiere.web import gettext
from filiere.web.formats import day

from distribute.allocation.engine import Policy, policies, policy_on
from distribute.proposals.schemas import ProposalOut


@dataclass(frozen=True, slots=True)
class Simulated:
    """Labels of the policy of a proposal and of the one in force, when these are two."""

    rule: str
    in_force: str


def choices(on: date) -> dict[str, str]:
    """Name → words of every policy, the one in force on the day first and under the empty name. Empty for only one."""
    known, in_force = policies(), policy_on(on)
    if len(known) == 1:
        return {}
    others = [one for one in known.values() if one.name != in_force.name]
    return {
        "": gettext("%(label)s, en vigueur depuis le %(day)s")
        % {"label": in_force.label, "day": day(in_force.valid_from)},
        **{one.name: _described(one, on) for one in others},
    }


def simulated(proposal: ProposalOut, on: date) -> Simulated | None:
    """Whether a proposal follows another policy than the one in force on the day, and which."""
    in_force = policy_on(on)
    label = proposal.policy
    if label is None and proposal.asked_policy is not None:
        asked = policies().get(proposal.asked_policy)
        label = asked.label if asked is not None else proposal.asked_policy
    return Simulated(label, in_force.label) if label not in (None, in_force.label) else None


def _described(policy: Policy, on: date) -> str:
    words = (
        gettext("%(label)s, à partir du %(day)s")
        if policy.valid_from > on
        else gettext("%(label)s, du %(day)s, remplacée")
    )
    return words % {"label": policy.label, "day": day(policy.valid_from)}
