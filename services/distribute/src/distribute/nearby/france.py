"""The outlines of the départements, to draw a map of; see the head of the file for whose they are. Pure."""

from functools import cache
from pathlib import Path

VIEW_BOX = "0 0 613 585"
SOURCE = "Carte : Victor Cazanave, svg-maps, CC BY 4.0, simplifiée."
_FILE = Path(__file__).parent / "data" / "departements.txt"


@cache
def outlines() -> dict[str, str]:
    """Code → the path of its outline; départements overseas have none."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("|", 1) for line in lines if not line.startswith("#"))
