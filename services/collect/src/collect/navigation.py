"""The menu of collect's pages."""

from filiere.roles import Role
from filiere.service import NavigationItem

_DONOR = frozenset({Role.DONOR})
_EITHER = frozenset({Role.DONOR, Role.COORDINATOR})
_COORDINATOR = frozenset({Role.COORDINATOR})

NAVIGATION = (
    NavigationItem("À faire", "inbox", _COORDINATOR),
    NavigationItem("Dons", "donations", _EITHER),
    NavigationItem("Déclarer", "declare", _EITHER),
    NavigationItem("Chercher", "devices", _EITHER),
    NavigationItem("Lots", "lots", _COORDINATOR),
    NavigationItem("Ce qui manque", "wanted", _EITHER),
    NavigationItem("Ateliers", "workshops", _COORDINATOR),
    NavigationItem("Donateurs", "donors", _COORDINATOR),
    NavigationItem("Accès", "members", _COORDINATOR),
    NavigationItem("Courriels", "mails", _COORDINATOR),
    NavigationItem("Mon équipe", "own_team", _DONOR),
    NavigationItem("Mon entreprise", "donors", _DONOR),
)
