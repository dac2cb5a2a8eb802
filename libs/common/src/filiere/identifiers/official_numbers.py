"""Numbers given by others and carrying their own check: SIREN, SIRET (INSEE), IMEI (GSMA).

The checks are python-stdnum's; this module adds one spelling per number and a French sentence per error.
"""

from collections.abc import Callable

from stdnum import imei as _imei
from stdnum import luhn as _luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as _siren
from stdnum.fr import siret as _siret

from filiere.identifiers.errors import IdentifierError


class InvalidSiren(IdentifierError):
    """The text is no SIREN: nine digits of which the last is a Luhn check."""

    def __init__(self, text: str) -> None:
        super().__init__(f"« {text[:30]} » n'est pas un numéro SIREN valide (9 chiffres, avec une clé).")


class InvalidSiret(IdentifierError):
    """The text is no SIRET: a SIREN followed by five digits, with its own Luhn check (La Poste excepted)."""

    def __init__(self, text: str) -> None:
        super().__init__(f"« {text[:30]} » n'est pas un numéro SIRET valide (14 chiffres, avec une clé).")


class InvalidImei(IdentifierError):
    """The text is no IMEI: 15 digits of which the last is a Luhn check."""

    def __init__(self, text: str) -> None:
        super().__init__(f"« {text[:30]} » n'est pas un IMEI valide (15 chiffres ; *#06# l'affiche).")


def normalise_siren(text: str) -> str:
    """Return nine digits. Spaces and dots are forgiven. Raises InvalidSiren."""
    try:
        digits = str(_siren.validate(text))
    except ValidationError as error:
        raise InvalidSiren(text) from error
    if digits == "000000000":  # satisfies Luhn and names nobody
        raise InvalidSiren(text)
    return digits


def normalise_siret(text: str) -> str:
    """Return fourteen digits. Spaces and dots are forgiven. Raises InvalidSiret."""
    try:
        digits = str(_siret.validate(text))
    except ValidationError as error:
        raise InvalidSiret(text) from error
    if digits.startswith("000000000"):
        raise InvalidSiret(text)
    return digits


def siren_of(siret: str) -> str:
    """Return the SIREN of the organisation that owns the establishment. Raises InvalidSiret."""
    return normalise_siret(siret)[:9]


def normalise_imei(text: str) -> str:
    """Return the fifteen digits of an IMEI. Raises InvalidImei.

    Tools report the same phone as 14 digits (no check), 15 (IMEI) or 16 (IMEISV, whose last two digits are the version
    of the software and change with updates); all three come out as the same 15 digits.
    """
    digits = str(_imei.compact(text))
    try:
        _imei.validate(digits)
    except ValidationError as error:
        raise InvalidImei(text) from error
    if len(set(digits[:14])) == 1:  # 000000000000000: a phone that lost its identity, never one phone in particular
        raise InvalidImei(text)
    return digits if len(digits) == 15 else digits[:14] + str(_luhn.calc_check_digit(digits[:14]))


def valid_siren(text: str) -> bool:
    """Say whether normalise_siren() would accept the text."""
    return _accepts(normalise_siren, text)


def valid_siret(text: str) -> bool:
    """Say whether normalise_siret() would accept the text."""
    return _accepts(normalise_siret, text)


def valid_imei(text: str) -> bool:
    """Say whether normalise_imei() would accept the text."""
    return _accepts(normalise_imei, text)


def is_sim_number(text: str) -> bool:
    """Say whether the digits are those of a SIM card (ICCID, ITU-T E.118), which leads to its subscriber.

    19 or 20 digits from 89 on with a Luhn check. Tools leave the check out: French cards (8933) are known without.
    """
    if len(text) not in (19, 20) or not text.startswith("89") or not (text.isascii() and text.isdecimal()):
        return False
    return text.startswith("8933") or bool(_luhn.is_valid(text))


def _accepts(normalise: Callable[[str], str], text: str) -> bool:
    try:
        normalise(text)
    except IdentifierError:
        return False
    return True
