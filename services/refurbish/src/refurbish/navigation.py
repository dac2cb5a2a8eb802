"""The menu of refurbish's pages."""

from filiere.duties import Duty
from filiere.roles import Role
from filiere.service import NavigationItem

_AT_WORK = frozenset({Role.WORKSHOP, Role.COORDINATOR})
_WORKSHOP = frozenset({Role.WORKSHOP})
_COORDINATOR = frozenset({Role.COORDINATOR})
_LEAD = frozenset({Duty.LEAD})

NAVIGATION = [
    NavigationItem("Aujourd'hui", "today", _WORKSHOP, at_the_thumb=True),
    NavigationItem("Scanner", "scan", _AT_WORK, at_the_thumb=True),
    NavigationItem("Lots", "lots", _AT_WORK),
    NavigationItem("À vérifier", "to_verify", _AT_WORK, at_the_thumb=True),
    NavigationItem("À expédier", "to_send", _AT_WORK, at_the_thumb=True),
    NavigationItem("Équipements", "devices", _AT_WORK),
    NavigationItem("Réparations", "repairs", _AT_WORK),
    NavigationItem("Attendus", "demand", _AT_WORK),
    NavigationItem("Pilotage", "steering", _AT_WORK, duties=_LEAD, at_the_thumb=True),
    NavigationItem("Modes d'emploi", "how_tos", _AT_WORK),
    NavigationItem("Ateliers", "workshops", _COORDINATOR),
    NavigationItem("Déchets", "waste", _AT_WORK, duties=_LEAD),
    NavigationItem("Barèmes", "rulesets", _COORDINATOR),
    NavigationItem("Mon équipe", "own_team", _WORKSHOP),
    NavigationItem("Accès", "members", _COORDINATOR),
]
