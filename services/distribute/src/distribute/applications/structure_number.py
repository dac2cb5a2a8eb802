"""The number of a structure: a SIRET, or the RNA of an association that has none."""

import re
from typing import NamedTuple

from filiere.identifiers import IdentifierError, normalise_siret

# « W » and nine characters: the département (2A and 2B among them), and the number that its prefecture gave.
_RNA = re.compile(r"W\d[\dAB]\d{7}")


class StructureNumber(NamedTuple):
    """Either of the two is there."""

    siret: str | None
    rna: str | None


class InvalidStructureNumber(IdentifierError):
    """Neither a SIRET nor an RNA."""


def structure_number(text: str) -> StructureNumber:
    """Read what a person typed, spaces and points forgiven. Raises IdentifierError."""
    compact = re.sub(r"[\s.\-_]+", "", text).upper()
    if compact.startswith("W"):
        if not _RNA.fullmatch(compact):
            raise InvalidStructureNumber("Un numéro RNA commence par W, suivi de 9 chiffres.")
        return StructureNumber(None, compact)
    return StructureNumber(normalise_siret(compact), None)


def typed(text: str) -> str:
    """The text itself, for a form. Raises IdentifierError."""
    structure_number(text)
    return text
