"""The menu."""

from filiere.web import NavItem, Role

_RELAIS = frozenset({Role.RELAIS})
_COORDINATOR = frozenset({Role.COORDINATOR})
_WORKSHOP = frozenset({Role.WORKSHOP})

NAVIGATION = [
    NavItem("Commander", "/commander", _RELAIS),
    NavItem("Mes commandes", "/mes-commandes", _RELAIS),
    NavItem("Mon stock", "/mon-stock", _RELAIS),
    NavItem("Caisse", "/caisse", _RELAIS),
    NavItem("Commandes", "/commandes", _COORDINATOR),
    NavItem("Attributions", "/attributions", _COORDINATOR),
    NavItem("Stock", "/stock", _COORDINATOR),
    NavItem("Relais", "/relais", _COORDINATOR),
    NavItem("Envois", "/envois", _COORDINATOR | _WORKSHOP | _RELAIS),
    NavItem("Accès", "/members", _COORDINATOR),
]
