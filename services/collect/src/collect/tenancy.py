"""Whose rows a caller may see: a donor's people what is their donor's, the coordination all that is not a draft."""

from filiere.database import Scope
from filiere.web import Principal, Role


def donors_of(principal: Principal) -> Scope:
    return principal.scope(Role.DONOR, everybody=(Role.COORDINATOR,))


def drafts_of(principal: Principal) -> Scope:
    """Whose drafts: a donor's own people's alone. What the coordination drafts for a donor it sees as well."""
    return principal.scope(Role.DONOR)
