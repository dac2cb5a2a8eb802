"""Which donors a caller may see: the first two parameters of every query of tenant data, the first filter of a list."""

from uuid import UUID

from filiere.database import Where
from filiere.web import Principal, Role


def scope(principal: Principal) -> tuple[bool, list[UUID]]:
    """(sees every donor, else these donors) — for `($1 OR donor_id = ANY($2))`."""
    return principal.is_coordinator, list(principal.organisations(Role.DONOR))


def is_mine(donor_id: UUID, principal: Principal) -> bool:
    """The same for what is at hand already."""
    return principal.is_coordinator or donor_id in principal.organisations(Role.DONOR)


def seen_by(principal: Principal, column: str) -> Where:
    """The same for a list: `column` holds the donor."""
    everybody, donors = scope(principal)
    return Where() if everybody else Where(f"{column} = ANY({{}}::uuid[])", donors)
