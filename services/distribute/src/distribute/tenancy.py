"""Which organisations' rows a caller may read, as a query parameter.

None means every row: `($1::uuid[] IS NULL OR relais_id = ANY($1))`. An empty list matches nothing.
"""

from uuid import UUID

from filiere.database import Where
from filiere.web import Principal, Role


def relais_scope(principal: Principal) -> list[UUID] | None:
    """The Relais whose orders, devices and shipments the caller may see; coordinators see all."""
    if principal.has(Role.COORDINATOR, Role.SERVICE):
        return None
    return sorted(principal.organisations(Role.RELAIS))


def own_relais(principal: Principal) -> list[UUID]:
    """The Relais the caller is a member of: what concerns persons is theirs, whatever other role the caller has."""
    return sorted(principal.organisations(Role.RELAIS))


def workshop_scope(principal: Principal) -> list[UUID]:
    """The workshops the caller is a member of."""
    return sorted(principal.organisations(Role.WORKSHOP))


def seen_by(principal: Principal, relais: str, workshop: str = "") -> Where:
    """The first filter of a list: what is a Relais' of the caller, or leaves a workshop of theirs, by these columns."""
    scope = relais_scope(principal)
    if scope is None:
        return Where()
    if not workshop:
        return Where(f"{relais} = ANY({{}}::uuid[])", scope)
    return Where(f"{relais} = ANY({{}}::uuid[]) OR {workshop} = ANY({{}}::uuid[])", scope, workshop_scope(principal))
