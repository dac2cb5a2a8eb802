"""Whose rows a caller may see: a donor's people what is their donor's, the coordination all."""

from filiere.database import Scope
from filiere.web import Principal, Role


def donors_of(principal: Principal) -> Scope:
    return principal.scope(Role.DONOR, everybody=(Role.COORDINATOR,))
