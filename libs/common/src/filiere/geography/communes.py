"""Locality class of a French address, from the official list of communes."""

from functools import cache
from pathlib import Path

from filiere import safe_yaml
from filiere.geography.locality import LocalityClass

_FILE = Path(__file__).parent / "data" / "localities.yaml"


def locality_of_address(insee: str | None, postcode: str) -> LocalityClass:
    """Class of a commune by its INSEE code or, without one, of the most populous commune of the postcode.

    Whatever the list does not name is rural, as nine communes in ten are.
    """
    communes, postcodes = _localities()
    if insee is not None:
        return communes.get(insee, LocalityClass.RURAL)
    return postcodes.get(postcode, LocalityClass.RURAL)


@cache
def _localities() -> tuple[dict[str, LocalityClass], dict[str, LocalityClass]]:
    content = safe_yaml.read(_FILE.read_text(encoding="utf-8"))
    communes, postcodes = (
        {code: LocalityClass(name) for name, codes in content[key].items() for code in codes.split()}
        for key in ("communes", "postcodes")
    )
    return communes, postcodes
