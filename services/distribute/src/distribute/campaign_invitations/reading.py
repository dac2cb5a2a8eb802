"""A list of structures, pasted or from a CSV: an address each, and a name where there is one. Pure."""

import csv
import io
from typing import NamedTuple

MOST_LINES = 2_000
SHOWN = 50  # wrong lines that are told one by one; the others are counted
_LONGEST_NAME = 120


class Asked(NamedTuple):
    """A structure to write to."""

    address: str
    name: str


class WrongLine(NamedTuple):
    """A line that is not taken, as it was written, and why."""

    number: int
    text: str
    why: str


class ListRead(NamedTuple):
    asked: list[Asked]
    wrong: list[WrongLine]


def read(text: str) -> ListRead:
    """Each line once: an address twice is one invitation. A first line of titles is none."""
    from filiere.mail.readers import readable_address  # of who writes a list alone

    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    asked: dict[str, Asked] = {}
    wrong: list[WrongLine] = []
    for number, line in enumerate(lines, 1):
        cells = _cells(line)
        if not any(cells):
            continue
        at = next((place for place, cell in enumerate(cells) if "@" in cell), None)
        if at is None:
            if asked or wrong or number > 1:
                wrong.append(
                    WrongLine(number, line.strip()[:80], "Il n'y a pas d'adresse de courriel sur cette ligne.")
                )
            continue  # titles
        address = readable_address(cells[at])
        if address is None:
            wrong.append(WrongLine(number, line.strip()[:80], "Cette adresse de courriel n'est pas lisible."))
        elif len(asked) == MOST_LINES and address not in asked:
            wrong.append(WrongLine(number, line.strip()[:80], "2 000 adresses au plus à la fois."))
        else:
            name = next((cell for place, cell in enumerate(cells) if cell and place != at and "@" not in cell), "")
            asked.setdefault(address, Asked(address, name[:_LONGEST_NAME]))
    return ListRead(list(asked.values()), wrong)


def _cells(line: str) -> list[str]:
    """By semicolon or tabulator, else by comma; « Nom <adresse> » of a mail program is two cells."""
    if "<" in line and line.rstrip().endswith(">"):
        name, _, address = line.rstrip().rstrip(">").partition("<")
        return [name.strip(' "'), address.strip()]
    delimiter = max(";\t,", key=lambda one: (line.count(one) > 0, one != ","))
    return [" ".join(cell.split()) for cell in next(csv.reader(io.StringIO(line), delimiter=delimiter), [])]
