"""What an identifier is, and how each is brought to the one spelling that is compared."""

from collections.abc import Sequence
from enum import StrEnum

from filiere.identifiers import IdentifierError, InvalidLabel, is_label, normalise_imei, normalise_serial, parse_label
from filiere.identifiers.scanned import LONGEST

from refurbish.aliases.errors import NotAnIdentifier


class AliasKind(StrEnum):
    SERIAL = "serial"  # another one: of the board that was changed, or read where another was declared
    IMEI = "imei"
    OWN = "own"
    ASSET_TAG = "asset_tag"
    LABEL = "label"  # a second label of ours on the same thing

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    AliasKind.SERIAL: "Autre numéro de série",
    AliasKind.IMEI: "IMEI",
    AliasKind.OWN: "Numéro de l'atelier",
    AliasKind.ASSET_TAG: "Numéro d'inventaire du donateur",
    AliasKind.LABEL: "Autre étiquette",
}


def written(kind: AliasKind, text: str) -> str:
    """The identifier as it is kept. Raises NotAnIdentifier for what can identify nothing, such as « 0000 »."""
    try:
        if kind is AliasKind.LABEL:
            return parse_label(text)
        if kind is AliasKind.IMEI:
            return normalise_imei(text)
    except IdentifierError as error:
        raise NotAnIdentifier(str(error)) from error
    value = normalise_serial(text)
    if value is None or len(value) > LONGEST:
        raise NotAnIdentifier(f"« {text[:40]} » ne distingue pas un équipement d'un autre.")
    return value


def misread(text: str, readable: Sequence[str]) -> str | None:
    """Why a text that nobody knows is rather to be scanned again than put aside, as a sentence; None when it is not.

    What has the form of our labels carries a reading error; junk, of which there are no `readings`, names nothing.
    """
    if readable and readable[0].startswith("FIL-") and is_label(readable[0]):
        return None
    try:
        parse_label(text)
    except InvalidLabel as error:
        return str(error) if error.is_misread or not readable else None
    return None


def identifier_in(text: str) -> tuple[AliasKind, str] | None:
    """What the writing on an unknown thing most likely is; None for words (« portable noir »), which name no thing."""
    for kind in (AliasKind.LABEL, AliasKind.IMEI, AliasKind.SERIAL):
        try:
            value = written(kind, text)
        except NotAnIdentifier:
            continue
        return (kind, value) if any(mark.isdigit() for mark in value) and " " not in text.strip() else None
    return None
