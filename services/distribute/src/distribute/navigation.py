"""The menu."""

from filiere.roles import Role
from filiere.service import NavigationItem

_RELAIS = frozenset({Role.RELAIS})
_COORDINATOR = frozenset({Role.COORDINATOR})
_WORKSHOP = frozenset({Role.WORKSHOP})

NAVIGATION = [
    NavigationItem("Commander", "shop", _RELAIS),
    NavigationItem("Mes commandes", "own_orders", _RELAIS),
    NavigationItem("Recevoir", "reception", _RELAIS),
    NavigationItem("Mon stock", "own_stock", _RELAIS),
    NavigationItem("Caisse", "till", _RELAIS),
    NavigationItem("Commandes", "orders", _COORDINATOR),
    NavigationItem("Attributions", "runs", _COORDINATOR),
    NavigationItem("Stock", "stock", _COORDINATOR),
    NavigationItem("Relais", "relais_list", _COORDINATOR),
    NavigationItem("Envois", "shipments", _COORDINATOR | _WORKSHOP | _RELAIS),
    NavigationItem("Signalements", "incidents", _COORDINATOR | _WORKSHOP),
    NavigationItem("Mon équipe", "own_team", _RELAIS),
    NavigationItem("Accès", "members", _COORDINATOR),
]
