"""Which organisations' rows a caller may read, as a query parameter.

None means every row: `($1::uuid[] IS NULL OR relais_id = ANY($1))`. An empty list matches nothing.
"""

from uuid import UUID

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
