"""The page of the published rules, for the coordination and the Relais."""

from dataclasses import dataclass
from typing import Annotated

from filiere.calendar import today
from filiere.geography import LocalityClass
from filiere.web import Principal, ReadSession, Role, allow, page, page_router
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation.proposals.errors import RuleNotFound
from distribute.allocation.proposals.rule_differences import differences
from distribute.allocation.proposals.rules import address_of, day_of, described, found
from distribute.campaigns.in_force import policy_in_force
from distribute.engine import QUOTA_DAYS, Policy, policies, policy_on
from distribute.engine.policy import NEUTRAL
from distribute.publics import public_label

router = page_router("/attributions")


@router.get("/regle", name="rule")
async def rule(
    request: Request,
    principal: Annotated[Principal, allow(Role.COORDINATOR, Role.RELAIS)],
    session: ReadSession,
    regle: str = "",
) -> Response:
    """A published policy in plain words: the one that is named, else the one in force."""
    in_force = policy_on(today())
    policy = found(regle) if regle else in_force
    if policy is None:
        raise RuleNotFound
    is_in_force = policy.name == in_force.name
    newest_first = sorted(policies().values(), key=lambda one: (one.valid_from, one.name), reverse=True)
    return page(
        request,
        "allocation/proposals/templates/rule.html",
        principal=principal,
        policy=await policy_in_force(session, today(), policy),
        day=day_of(policy),
        day_in_force=day_of(in_force),
        is_in_force=is_in_force,
        is_to_come=policy.valid_from > today(),
        published=[(one.name, described(one, today()), address_of(one.name)) for one in newest_first],
        differences=[] if is_in_force else differences(policy, in_force),
        public_label=public_label,
        example=multiplied(policy),
        quota_days=QUOTA_DAYS,
    )


@dataclass(frozen=True, slots=True)
class Example:
    """Two factors of a weight and their product, in thousandths; `below` as in the policy's sizes."""

    locality: LocalityClass
    below: int | None
    product: int


def multiplied(policy: Policy) -> Example:
    """The smallest structures in the locality class that counts most."""
    weights = policy.weights
    locality, weight = max(weights.locality.items(), key=lambda one: one[1])
    smallest = weights.people_supported[0]
    return Example(locality, smallest.below, round(weight * smallest.weight / NEUTRAL))
