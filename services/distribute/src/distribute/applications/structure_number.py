"""The number of a structure: a SIRET, or the RNA of an association that has none."""

import hashlib
import re
from typing import NamedTuple
from uuid import UUID

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


def id_of(form_id: UUID, number: StructureNumber) -> UUID:
    """Of the application that a page begins for a structure: the same however often it is sent. A UUID of version 7,
    as old as the page.
    """
    said = hashlib.sha256(form_id.bytes + f"{number.siret} {number.rna}".encode()).digest()
    bits = int.from_bytes(form_id.bytes[:6] + said[:10])
    return UUID(int=bits & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62)
