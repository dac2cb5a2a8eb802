"""Whose rows a caller may see: a workshop's people its own lots and devices, the coordination all."""

from typing import Any

from filiere.database import Scope
from filiere.web import Principal, Role, allow

from refurbish.keys import AUDITS, NO_KEY

# One rule for nearly every route of this service: workshop people and the coordination.
AT_WORK: Any = allow(Role.WORKSHOP, Role.COORDINATOR, keys=NO_KEY)
BY_AUDIT_KEY: Any = allow(Role.WORKSHOP, Role.COORDINATOR, keys=(AUDITS,))
COORDINATION: Any = allow(Role.COORDINATOR)


def workshops_of(principal: Principal) -> Scope:
    return principal.scope(Role.WORKSHOP, everybody=(Role.COORDINATOR,))


def person(principal: Principal) -> str:
    """The caller's name, for certificates and lists; their subject when the provider gives no name."""
    return principal.name or principal.subject
