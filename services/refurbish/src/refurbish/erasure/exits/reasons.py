"""Why a medium is not in its device any more: a closed list, for the chain reads it."""

from enum import StrEnum


class ExitReason(StrEnum):
    """A slip of whoever declared it, or where it went."""

    NOT_THERE = "not_there"
    TWICE = "twice"
    MISREAD = "misread"
    BOOT_KEY = "boot_key"
    KEPT = "kept"
    TO_DESTROY = "to_destroy"
    REUSED = "reused"
    RETURNED = "returned"

    @property
    def label_fr(self) -> str:
        """The button."""
        return _FRENCH[self]

    @property
    def sentence(self) -> str:
        """What the chain reads."""
        return f"{self.label_fr}."

    @property
    def is_mistake(self) -> bool:
        """It was never in the device."""
        return self in _MISTAKES


_FRENCH = {
    ExitReason.NOT_THERE: "Il n'a jamais été dans l'équipement",
    ExitReason.TWICE: "Le même disque a été déclaré deux fois",
    ExitReason.MISREAD: "Son numéro a été mal lu",
    ExitReason.BOOT_KEY: "C'est la clé de l'atelier",
    ExitReason.KEPT: "Retiré, gardé à l'atelier",
    ExitReason.TO_DESTROY: "Retiré, mis dans le bac à détruire",
    ExitReason.REUSED: "Retiré, monté dans un autre équipement",
    ExitReason.RETURNED: "Retiré, rendu au donateur",
}
_MISTAKES = {ExitReason.NOT_THERE, ExitReason.TWICE, ExitReason.MISREAD, ExitReason.BOOT_KEY}
