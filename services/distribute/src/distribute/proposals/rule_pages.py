"""The page of the published rule, for the coordination and the Relais."""

from dataclasses import dataclass
from typing import Annotated

from filiere.geography import LocalityClass
from filiere.web import Principal, Role, allow, page, page_router
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation.engine import Policy, policy_on
from distribute.allocation.engine.policy import NEUTRAL
from distribute.clock import today
from distribute.publics import public_label

router = page_router("/attributions")


@router.get("/regle")
async def rule(request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR, Role.RELAIS)]) -> Response:
    """The published policy in force, in plain words."""
    policy = policy_on(today())
    return page(
        request,
        "proposals/templates/rule.html",
        principal=principal,
        policy=policy,
        public_label=public_label,
        example=multiplied(policy),
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
