"""Closed lists of words about loans."""

from enum import StrEnum

from filiere.open_words import OpenWords


class LoanKind(StrEnum):
    """What devices leave the Relais for."""

    STREET = "street"
    PLACE = "place"

    @property
    def label_fr(self) -> str:
        return _KINDS[self]


class LoanOutcome(OpenWords):
    """How it ended for one device."""

    RETURNED = "returned"
    GIVEN = "given"
    LOST = "lost"
    FOUND = "found"  # after it was lost: it goes back to its workshop

    @property
    def label_fr(self) -> str:
        return _OUTCOMES.get(self, self.value)


_KINDS = {LoanKind.STREET: "En maraude", LoanKind.PLACE: "Prêté à la structure"}
_OUTCOMES = {
    LoanOutcome.RETURNED: "Revenu",
    LoanOutcome.GIVEN: "Donné",
    LoanOutcome.LOST: "Perdu",
    LoanOutcome.FOUND: "Retrouvé, il revient à l'atelier",
}
