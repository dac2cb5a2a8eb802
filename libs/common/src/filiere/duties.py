"""What somebody is for within an organisation: said at the routes that not all of its people may call.

A role says whose person somebody is, a duty what is theirs to do there. A service names those it
has in `Service.duties`.
"""

from enum import StrEnum


class Duty(StrEnum):
    LEAD = "lead"
    COLLEAGUE = "colleague"
    TILL = "till"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]

    @property
    def says_fr(self) -> str:
        """What it opens, in a sentence for whoever chooses it."""
        return _SENTENCES[self]

    @property
    def is_narrow(self) -> bool:
        """Whether it opens only the routes that name it; the others open every route that names none."""
        return self is Duty.TILL


_FRENCH = {
    Duty.LEAD: "Responsable",
    Duty.COLLEAGUE: "Collègue",
    Duty.TILL: "Caisse seulement",
}
_SENTENCES = {
    Duty.LEAD: "Fait tout, invite et retire des personnes.",
    Duty.COLLEAGUE: "Fait tout, sauf inviter et retirer des personnes.",
    Duty.TILL: "Remet des équipements à la caisse, rien d'autre.",
}
