"""Whose rows a caller may see: a Relais' people what goes to it, a workshop's what leaves it, the coordination all."""

from uuid import UUID

from filiere.database import Scope, Where
from filiere.duties import Duty
from filiere.web import Principal, Role

_EVERYBODY = (Role.COORDINATOR, Role.SERVICE)
NOBODY = Scope(())


def relais_of(principal: Principal) -> Scope:
    return principal.scope(Role.RELAIS, everybody=_EVERYBODY)


def workshops_of(principal: Principal) -> Scope:
    return principal.scope(Role.WORKSHOP, everybody=_EVERYBODY)


def own_relais_of(principal: Principal) -> Scope:
    """The Relais the caller is a member of: what concerns persons is theirs, whatever other role the caller has."""
    return principal.scope(Role.RELAIS)


def led_by(principal: Principal) -> frozenset[UUID]:
    """The Relais that the caller leads."""
    return principal.within((Duty.LEAD,)).organisations(Role.RELAIS)


def seen_by_either(relais: Scope, workshops: Scope, table: str = "") -> Where:
    """The first filter of a list of what goes to a Relais and leaves a workshop; both may see it."""
    if relais.ids is None or workshops.ids is None:
        return Where()
    before = f"{table}." if table else ""
    return Where(
        f"{before}relais_id = ANY({{}}::uuid[]) OR {before}workshop_id = ANY({{}}::uuid[])", relais.ids, workshops.ids
    )
