"""The policies under which a proposal may be computed, as people choose among them and read them on the page."""

from dataclasses import dataclass
from datetime import date

from filiere.web import gettext, path
from filiere.web.formats import full_day

from distribute.allocation.proposals.schemas import ProposalOut
from distribute.engine import Policy, policies, policy_on


@dataclass(frozen=True, slots=True)
class Simulated:
    """The policy of a proposal and the one in force, when these are two: their labels, and their days for people."""

    rule: str
    in_force: str
    rule_day: str
    in_force_day: str


def choices(on: date) -> dict[str, str]:
    """Name → words of every policy, the one in force on the day first and under the empty name. Empty for only one."""
    known, in_force = policies(), policy_on(on)
    if len(known) == 1:
        return {}
    others = [one for one in known.values() if one.name != in_force.name]
    return {"": described(in_force, on), **{one.name: described(one, on) for one in others}}


def described(policy: Policy, on: date) -> str:
    """« Règle du 1er janvier 2026, en vigueur »."""
    if policy.name == policy_on(on).name:
        words = gettext("Règle du %(day)s, en vigueur")
    elif policy.valid_from > on:
        words = gettext("Règle du %(day)s, pas encore en vigueur")
    else:
        words = gettext("Règle du %(day)s, remplacée")
    return words % {"day": day_of(policy)}


def day_of(policy: Policy) -> str:
    """What people know a policy by; where two begin on one day, also its name."""
    day = full_day(policy.valid_from)
    alone = sum(one.valid_from == policy.valid_from for one in policies().values()) == 1
    return day if alone else f"{day} ({policy.label})"


def found(rule: str) -> Policy | None:
    """A published policy by its name, or by the label that a proposal keeps; None when it is not published any more."""
    return next((one for one in policies().values() if rule in (one.name, one.label)), None)


def day_of_rule(rule: str) -> str:
    """The same as `day_of` for a name or label; what is not published any more is called by that."""
    policy = found(rule)
    return day_of(policy) if policy is not None else rule


def address_of(rule: str | None) -> str:
    """The page that explains a policy, by its name or label; none for the one in force."""
    policy = found(rule) if rule is not None else None
    return path("rule", regle=policy.name if policy is not None else None)


def simulated(proposal: ProposalOut, on: date) -> Simulated | None:
    """Whether a proposal follows another policy than the one in force on the day, and which."""
    in_force = policy_on(on)
    label = proposal.policy
    if label is None and proposal.asked_policy is not None:
        asked = policies().get(proposal.asked_policy)
        label = asked.label if asked is not None else proposal.asked_policy
    if label is None or label == in_force.label:
        return None
    return Simulated(label, in_force.label, day_of_rule(label), day_of(in_force))
