"""Our own list of a donation's devices, sent back: nothing in it is new.

A row with a label is a device that the network has; one without was refused, for a reason that was told. Asked of what
is written alone, so that a list of two donations, or of a colleague's, is known again too.
"""

from collections.abc import Sequence
from typing import Self

from filiere.identifiers import is_label

from collect.eligibility.judge import OWN_EXPORT, JudgedLine, LineVerdict
from collect.imports.headers import names_of

HEADINGS = (("etiquette", "statut", "etape", "explication"), ("label", "status", "stage", "explanation"))
"""Headings of the export in the languages it is written in, as `names_of` reads them (a test compares)."""
NOT_ACCEPTED = ("Non accepté", "Not accepted")


class OwnExport:
    """Where the export's own columns stand in a file."""

    def __init__(self, label: int, status: int, why: int) -> None:
        self._label, self._status, self._why = label, status, why

    @classmethod
    def among(cls, headers: Sequence[str]) -> Self | None:
        """None when the file is something else."""
        names = names_of(headers)
        for label, status, stage, why in HEADINGS:
            if {label, status, stage, why} <= set(names):
                return cls(names.index(label), names.index(status), names.index(why))
        return None

    def known(self, line: JudgedLine, cells: Sequence[str]) -> JudgedLine:
        """The line refused because the network has it, or has refused it; otherwise as it is."""
        if max(self._label, self._status, self._why) >= len(cells):
            return line
        label = cells[self._label].strip().upper()
        if is_label(label):
            return line.refused(OWN_EXPORT, f"Déjà dans un don : c'est l'équipement {label}.")
        if cells[self._status].strip() in NOT_ACCEPTED and line.verdict is LineVerdict.ACCEPTED:
            return line.refused(OWN_EXPORT, f"Déjà refusé dans un don : {cells[self._why].strip()[:300]}")
        return line
