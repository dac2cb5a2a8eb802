"""Whose rows a caller may see: a workshop's people its own lots and devices, the coordination all."""

from typing import Any
from uuid import UUID

from filiere.database import Scope
from filiere.duties import Duty
from filiere.web import Principal, Role, allow
from filiere.web.access import DutyMissing

from refurbish.keys import AUDITS, MOVE_IN, NO_KEY

# One rule for nearly every route of this service: workshop people and the coordination.
AT_WORK: Any = allow(Role.WORKSHOP, Role.COORDINATOR, keys=NO_KEY)
# What binds the workshop or costs money is its leads': capacity, quotes, prices, waste, merging against the numbers.
LEADS: Any = allow(Role.WORKSHOP, Role.COORDINATOR, duties=(Duty.LEAD,), keys=NO_KEY)
BY_AUDIT_KEY: Any = allow(Role.WORKSHOP, Role.COORDINATOR, keys=(AUDITS,))
BY_MOVING_KEY: Any = allow(Role.COORDINATOR, keys=(MOVE_IN,))
COORDINATION: Any = allow(Role.COORDINATOR)


def workshops_of(principal: Principal) -> Scope:
    return principal.scope(Role.WORKSHOP, everybody=(Role.COORDINATOR,))


def check_leads(principal: Principal, workshop_id: UUID) -> None:
    """Raise DutyMissing for whom does not lead this workshop: for what only some cases of a route ask of its leads."""
    if not principal.within((Duty.LEAD,)).may_act_for(Role.WORKSHOP, workshop_id):
        raise DutyMissing((Duty.LEAD,))


def person(principal: Principal) -> str:
    """The caller's name, for certificates and lists; their subject when the provider gives no name."""
    return principal.name or principal.subject
