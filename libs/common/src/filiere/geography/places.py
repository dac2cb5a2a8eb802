"""Where a département is: the coordinates of its chef-lieu."""

from functools import cache
from pathlib import Path

from filiere import safe_yaml

_FILE = Path(__file__).parent / "data" / "places.yaml"


def place_of_departement(code: str) -> tuple[int, int] | None:
    """(latitude, longitude) in millionths of a degree; None for what is no inhabited département.

    Good enough to compare journeys between départements, which is all that a territory tells.
    """
    return _places().get(code.upper())


@cache
def _places() -> dict[str, tuple[int, int]]:
    content = safe_yaml.read(_FILE.read_text(encoding="utf-8"))
    return {code: (entry["latitude"], entry["longitude"]) for code, entry in content["places"].items()}
