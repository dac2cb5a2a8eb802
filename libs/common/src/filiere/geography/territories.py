"""Départements and regions, and the département of a postcode."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filiere import safe_yaml

_FILE = Path(__file__).parent / "data" / "territories.yaml"


class UnknownTerritory(ValueError):
    """The postcode or code names no French territory; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Departement:
    """A département, or an overseas collectivity that stands in its place. `code` is the `territory` of events."""

    code: str
    name: str
    region_code: str
    region_name: str


def departement_of_postcode(postcode: str) -> Departement:
    """Return the département of a French postcode. Raises UnknownTerritory.

    Corsica is told apart by the third digit (200 and 201 are 2A, 202 and 206 are 2B), overseas by the first three, and
    the four postcodes that serve another territory than their digits say are listed in the data. Sixteen postcodes
    straddle a border: the answer is then the département of most inhabitants.
    """
    digits = re.sub(r"\s+", "", postcode)
    if not re.fullmatch(r"[0-9]{5}", digits):
        raise UnknownTerritory(f"« {postcode[:20]} » n'est pas un code postal français (5 chiffres).")
    if digits in _territories().postcode_exceptions:
        return departement(_territories().postcode_exceptions[digits])
    if digits.startswith("20"):
        code = "2A" if digits[2] in "01" else "2B"
    else:
        code = digits[:3] if digits[:2] in {"97", "98"} else digits[:2]
    # 980 is Monaco: served by the French post, no French territory.
    if code not in departements():
        raise UnknownTerritory(f"Le code postal {digits} ne correspond à aucun département.")
    return departement(code)


def departement(code: str) -> Departement:
    """Return a département by its code ("69", "2A", "974"). Raises UnknownTerritory."""
    try:
        return departements()[code.upper()]
    except KeyError:
        raise UnknownTerritory(f"« {code[:10]} » n'est pas un code de département.") from None


def departements() -> dict[str, Departement]:
    """Return every département by code, in the order of the codes."""
    return _territories().departements


def region_name(code: str) -> str:
    """Return the name of a region by its INSEE code. Raises UnknownTerritory."""
    try:
        return _territories().regions[code]
    except KeyError:
        raise UnknownTerritory(f"« {code[:10]} » n'est pas un code de région.") from None


def load() -> int:
    """Read the data file and return the number of départements. Raises ValueError when it is broken."""
    return len(departements())


@dataclass(frozen=True, slots=True)
class _Territories:
    regions: dict[str, str]
    departements: dict[str, Departement]
    postcode_exceptions: dict[str, str]


@cache
def _territories() -> _Territories:
    content = safe_yaml.read(_FILE.read_text(encoding="utf-8"))
    regions: dict[str, str] = content["regions"]
    found = {
        code: Departement(code, entry["name"], entry["region"], regions[entry["region"]])
        for code, entry in content["departements"].items()
    }
    exceptions: dict[str, str] = content["postcode_exceptions"]
    if strangers := set(exceptions.values()) - set(found):
        raise ValueError(f"territories.yaml: unknown départements {sorted(strangers)}")
    return _Territories(regions, found, exceptions)
