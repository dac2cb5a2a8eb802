"""The menu."""

from filiere.roles import Role
from filiere.service import NavigationItem

_RELAIS = frozenset({Role.RELAIS})
_COORDINATOR = frozenset({Role.COORDINATOR})
_WORKSHOP = frozenset({Role.WORKSHOP})
# What the coordination follows once an order is promised.
_FOLLOW = "Suivi"

NAVIGATION = [
    NavigationItem("Caisse", "till", _RELAIS, at_the_thumb=True),
    NavigationItem("Aujourd'hui", "today", _RELAIS, at_the_thumb=True),
    NavigationItem("Commander", "shop", _RELAIS, at_the_thumb=True),
    NavigationItem("Mon stock", "own_stock", _RELAIS, at_the_thumb=True),
    NavigationItem("Ma structure", "own_relais", _RELAIS, at_the_thumb=True),
    NavigationItem("Mes commandes", "own_orders", _RELAIS),
    NavigationItem("Recevoir", "reception", _RELAIS),
    NavigationItem("Prêts", "loans", _RELAIS),
    NavigationItem("Recharges", "topups", _RELAIS),
    NavigationItem("À faire", "inbox", _COORDINATOR),
    NavigationItem("Commandes", "orders", _COORDINATOR),
    NavigationItem("Attributions", "runs", _COORDINATOR),
    NavigationItem("Stock", "stock", _COORDINATOR),
    NavigationItem("Relais", "relais_list", _COORDINATOR),
    NavigationItem("Envois", "shipments", _COORDINATOR | _WORKSHOP | _RELAIS, group=_FOLLOW, grouped_for=_COORDINATOR),
    NavigationItem("Signalements", "incidents", _COORDINATOR | _WORKSHOP, group=_FOLLOW, grouped_for=_COORDINATOR),
    NavigationItem("SAV", "after_sale", _COORDINATOR | _WORKSHOP | _RELAIS, group=_FOLLOW, grouped_for=_COORDINATOR),
    NavigationItem("Campagnes", "campaigns", _COORDINATOR | _RELAIS, group=_FOLLOW, grouped_for=_COORDINATOR),
    NavigationItem("Espace Recharge", "topup_office", _COORDINATOR, group=_FOLLOW, grouped_for=_COORDINATOR),
    NavigationItem("Qui est servi", "statistics", _COORDINATOR, group=_FOLLOW, grouped_for=_COORDINATOR),
    NavigationItem("Accès", "members", _COORDINATOR),
]
