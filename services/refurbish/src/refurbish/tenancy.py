"""What a caller may see: a workshop its own lots and devices, the coordination all."""

from typing import Any
from uuid import UUID

from filiere.database import Where
from filiere.web import Principal, Role, allow

Scope = list[UUID] | None
"""Workshop ids a query is limited to; None means every workshop."""

# One rule for nearly every route of this service: workshop people and the coordination.
AT_WORK: Any = allow(Role.WORKSHOP, Role.COORDINATOR)
COORDINATION: Any = allow(Role.COORDINATOR)


def scope_of(principal: Principal) -> Scope:
    """The limit that every tenant query carries as `($n::uuid[] IS NULL OR workshop_id = ANY($n))`."""
    return None if principal.is_coordinator else sorted(principal.organisations(Role.WORKSHOP))


def seen_by(principal: Principal, column: str = "workshop_id") -> Where:
    """The same as the first filter of a list."""
    workshops = scope_of(principal)
    return Where() if workshops is None else Where(f"{column} = ANY({{}}::uuid[])", workshops)


def person(principal: Principal) -> str:
    """The caller's name, for certificates and lists; their subject when the provider gives no name."""
    return principal.name or principal.subject
