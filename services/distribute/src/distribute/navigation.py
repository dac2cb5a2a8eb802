"""The menu."""

from filiere.roles import Role
from filiere.service import NavigationItem

_RELAIS = frozenset({Role.RELAIS})
_COORDINATOR = frozenset({Role.COORDINATOR})
_WORKSHOP = frozenset({Role.WORKSHOP})

NAVIGATION = [
    NavigationItem("Commander", "/commander", _RELAIS),
    NavigationItem("Mes commandes", "/mes-commandes", _RELAIS),
    NavigationItem("Mon stock", "/mon-stock", _RELAIS),
    NavigationItem("Caisse", "/caisse", _RELAIS),
    NavigationItem("Commandes", "/commandes", _COORDINATOR),
    NavigationItem("Attributions", "/attributions", _COORDINATOR),
    NavigationItem("Stock", "/stock", _COORDINATOR),
    NavigationItem("Relais", "/relais", _COORDINATOR),
    NavigationItem("Envois", "/envois", _COORDINATOR | _WORKSHOP | _RELAIS),
    NavigationItem("Accès", "/members", _COORDINATOR),
]
