"""The menu of collect's pages."""

from filiere.web import NavItem
from filiere.web.principal import Role

_DONOR = frozenset({Role.DONOR})
_EITHER = frozenset({Role.DONOR, Role.COORDINATOR})
_COORDINATOR = frozenset({Role.COORDINATOR})

navigation = (
    NavItem("Dons", "/donations", _EITHER),
    NavItem("Déclarer", "/declare", _EITHER),
    NavItem("Lots", "/lots", _COORDINATOR),
    NavItem("Ateliers", "/workshops", _COORDINATOR),
    NavItem("Donateurs", "/donors", _COORDINATOR),
    NavItem("Accès", "/members", _COORDINATOR),
    NavItem("Mon entreprise", "/donors", _DONOR),
)
