"""The columns of a list without titles, guessed by what stands in them.

What is guessed gets a title with a question mark (« Marque ? »), so that the list is read like any other, and its page
shows what was guessed to whoever confirms it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from filiere.catalogue import model_of
from filiere.catalogue.recognition import word_category
from filiere.identifiers import normalise_serial, valid_imei

from collect.imports.values import Unread, gigabytes, year

MOST_COLUMNS = 40
"""A list of devices without titles has a dozen; each cell of a wider one would be asked seven questions."""
_FEWEST_COLUMNS = 3
_FEWEST_FIELDS = 3
_MOSTLY = 0.6
_SEVERAL = 0.9
_LONGEST = 60
_MEMORY = frozenset((1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0))
_SMALLEST_DISK = 100
_FIGURES = re.compile(r"[\d/.: -]+")
_NAMES_A_MODEL = re.compile(r"(?=.*[A-Za-zÀ-ÿ])(?=.*\d).{2,}")
_TITLES = {
    "category": "Type ?",
    "manufacturer": "Marque ?",
    "imei": "IMEI ?",
    "imei2": "IMEI 2 ?",
    "year": "Année ?",
    "storage_gb": "Disque ?",
    "ram_gb": "RAM ?",
    "model": "Modèle ?",
    "serial": "N° de série ?",
    "asset_tag": "N° d'inventaire ?",
    "quantity": "Quantité ?",
}

# The row that Emmaüs Connect's back office (BOLC) takes in, 35 fields without titles: place → title. Source: its
# public converter, emmausconnect/audit-linux:convert_bolc_to_tectech.py.
_BOLC_FIELDS = 35
_BOLC_TYPE = 3
_BOLC_TYPES = frozenset(("portable", "uc", "tablette"))
_BOLC = {1: "N° d'inventaire ?", 3: "Type ?", 7: "Marque ?", 10: "Modèle ?", 14: "N° de série ?", 17: "Disque ?",
         20: "RAM ?", 28: "Bénévole"}  # fmt: skip


def guessed_titles(rows: Sequence[Sequence[str]]) -> list[str] | None:
    """Titles for the columns of these rows, whose first is a device; None when they do not look like a fleet."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not widths:
        return None
    width, times = widths.most_common(1)[0]
    if not _FEWEST_COLUMNS <= width <= MOST_COLUMNS or times < _MOSTLY * widths.total():
        return None
    alike = [row for row in rows if len(row) == width]
    if width == _BOLC_FIELDS and _mostly(row[_BOLC_TYPE].strip().lower() in _BOLC_TYPES for row in alike):
        return [_BOLC.get(index, f"Colonne {index + 1}") for index in range(width)]
    columns = [[cell for row in alike if (cell := row[index].strip()[:_LONGEST])] for index in range(width)]
    found = _guessed(columns)
    is_fleet = "category" in found or {"manufacturer", "model"} <= set(found)
    if not is_fleet or len(found) < _FEWEST_FIELDS:
        return None
    titles = {index: _TITLES[field] for field, index in found.items()}
    return [titles.get(index, f"Colonne {index + 1}") for index in range(width)]


def _guessed(columns: Sequence[Sequence[str]]) -> dict[str, int]:
    """Field → column. What can be nothing else is found first."""
    found: dict[str, int] = {}
    asked: list[tuple[str, Callable[[Sequence[str]], bool]]] = [
        ("imei", lambda cells: _mostly(valid_imei(cell) for cell in cells)),
        ("imei2", lambda cells: _mostly(valid_imei(cell) for cell in cells)),
        ("category", lambda cells: _mostly(word_category(cell) is not None for cell in cells)),
        ("manufacturer", lambda cells: _mostly(model_of(cell, None).known_manufacturer for cell in cells)),
        ("year", lambda cells: _mostly(_FIGURES.fullmatch(cell) and _read(year, cell) for cell in cells)),
        ("storage_gb", lambda cells: _mostly((_size(cell, disk=True) or 0) >= _SMALLEST_DISK for cell in cells)),
        ("serial", _are_numbers),
        ("asset_tag", _are_numbers),
        ("ram_gb", lambda cells: _mostly(_size(cell) in _MEMORY for cell in cells)),
        ("quantity", lambda cells: "serial" not in found and _mostly(cell.isdigit() for cell in cells)),
        ("model", lambda cells: _mostly(_NAMES_A_MODEL.fullmatch(cell) for cell in cells)),
    ]
    for field, is_it in asked:
        for index, cells in enumerate(columns):
            if index not in found.values() and cells and is_it(cells):
                found[field] = index
                break
    if "serial" not in found and found.keys() >= {"ram_gb"} and _are_counts(columns[found["ram_gb"]]):
        found["quantity"] = found.pop("ram_gb")  # « 12 », and nothing says gigabytes
    return found


def _mostly(answers: Iterable[object]) -> bool:
    said = [bool(answer) for answer in answers]
    return sum(said) >= _MOSTLY * len(said)


def _are_numbers(cells: Sequence[str]) -> bool:
    """Each another one, as serials are."""
    like = [cell for cell in cells if len(cell) > 4 and " " not in cell and any(sign.isdigit() for sign in cell)]
    numbers = [cell for cell in like if normalise_serial(cell) is not None]
    return len(numbers) >= _SEVERAL * len(cells) and len(set(numbers)) >= _SEVERAL * len(cells)


def _are_counts(cells: Sequence[str]) -> bool:
    return all(cell.isdigit() for cell in cells)


def _size(cell: str, *, disk: bool = False) -> float | None:
    try:
        return gigabytes(cell, megabytes_from=8192 if disk else 512, of_a_disk=disk)
    except Unread:
        return None


def _read(read: Callable[[str], int], cell: str) -> bool:
    try:
        read(cell)
    except Unread:
        return False
    return True
