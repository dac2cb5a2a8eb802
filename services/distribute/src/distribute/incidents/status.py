"""Closed lists of words about incidents."""

from enum import StrEnum

from filiere.open_words import OpenWords


class IncidentKind(StrEnum):
    """What is said of a device that was sent."""

    MISSING = "missing"
    DAMAGED = "damaged"
    WRONG = "wrong"

    @property
    def label_fr(self) -> str:
        return _KINDS[self]


class Side(StrEnum):
    """Who says it."""

    RELAIS = "relais"
    WORKSHOP = "workshop"
    COORDINATION = "coordination"

    @property
    def label_fr(self) -> str:
        return _SIDES[self]


class Outcome(OpenWords):
    """How it ended."""

    RECEIVED = "received"  # scanned after all
    ON_ITS_WAY = "on_its_way"  # found, and still travels
    LOST = "lost"
    FOUND = "found"  # after it was given up: it goes back to its workshop
    KEPT = "kept"  # damaged, and the Relais keeps it
    REPLACED = "replaced"  # it goes back, another one is promised
    SHORT = "short"  # it goes back, and no other one is free yet
    RETURNED = "returned"  # its workshop has it again

    @property
    def label_fr(self) -> str:
        return _OUTCOMES.get(self, self.value)


_KINDS = {
    IncidentKind.MISSING: "Pas dans le colis",
    IncidentKind.DAMAGED: "Abîmé",
    IncidentKind.WRONG: "Pas le bon",
}
_SIDES = {Side.RELAIS: "le Relais", Side.WORKSHOP: "l'atelier", Side.COORDINATION: "la coordination"}
_OUTCOMES = {
    Outcome.RECEIVED: "Reçu depuis",
    Outcome.ON_ITS_WAY: "Retrouvé, il arrive",
    Outcome.LOST: "Perdu",
    Outcome.FOUND: "Retrouvé, il revient à l'atelier",
    Outcome.KEPT: "Le Relais le garde",
    Outcome.REPLACED: "Il repart, un autre est promis",
    Outcome.SHORT: "Il repart, un autre est cherché",
    Outcome.RETURNED: "L'atelier l'a de nouveau",
}
