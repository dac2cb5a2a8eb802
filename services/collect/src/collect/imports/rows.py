"""From the cells of a row to a judged line."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO, Literal, TypedDict

from filiere.catalogue.categories import categories, parse_category

from collect.donations.ceilings import MAX_QUANTITY
from collect.eligibility.judge import Judge, JudgedLine, unreadable
from collect.eligibility.lines import Equipment, equipment
from collect.imports.headers import Layout
from collect.imports.reading import Source, records
from collect.imports.unreadable import Unreadable
from collect.imports.values import Unread, gigabytes, quantity, sold_memory, sold_storage, unmarked, year

MAX_CELL = 200
# Without a unit, memory from 512 and storage from 8192 on can only be megabytes.
_MEGABYTES_FROM = {"ram_gb": 512.0, "storage_gb": 8192.0}
_FLAG = {"ram_gb": "memory-unread", "storage_gb": "storage-unread"}


class Numbers(TypedDict, total=False):
    """What a row says in figures, as far as it can be read."""

    year: int
    ram_gb: float
    storage_gb: float


def judged_rows(file: BinaryIO, source: Source, on: date, max_rows: int) -> Iterator[JudgedLine]:
    """Every row's verdict, one at a time. Raises Unreadable, also past `max_rows` rows."""
    judge = Judge(on)
    for count, (number, cells) in enumerate(records(file, source), start=1):
        if count > max_rows:
            raise Unreadable(f"Le fichier a plus de {max_rows} lignes : découpez-le.")
        yield judged(judge, number, cells, source.layout)


def judged(judge: Judge, number: int, cells: Sequence[str], layout: Layout) -> JudgedLine:
    """The verdict on one row; an error names the cell that must be corrected."""
    said = {name: cells[index].strip()[:MAX_CELL] for name, index in layout.columns.items() if index < len(cells)}
    if len(cells) > len(layout.headers) and any(cell.strip() for cell in cells[len(layout.headers) :]):
        reason = (
            f"La ligne a {len(cells)} cellules pour {len(layout.headers)} colonnes : un séparateur s'est glissé "
            "dans un texte, qu'il faut mettre entre guillemets."
        )
        return unreadable(number, Equipment(), "shifted-row", reason)
    flags: list[str] = []
    try:
        count = quantity(said["quantity"]) if said.get("quantity") else 1
    except Unread:
        return unreadable(
            number,
            _equipment(said, 1, Numbers())[0],
            "bad-quantity",
            f"La quantité « {said['quantity']} » n'est pas un nombre d'équipements, de 1 à {MAX_QUANTITY}.",
        )
    if not said.get("category") and (guess := _from_model(said, layout)) is not None:
        said["category"] = guess
        flags.append("category-from-model")
    numbers, unread = _numbers(said, layout)
    found, more = _equipment(said, count, numbers)
    flags += more + unread
    if found.written_category is None:
        known = ", ".join(names.singular for names in categories().names.values())
        return unreadable(number, found, "missing-category", f"La catégorie manque. Écrivez l'une de : {known}.")
    if count > 1 and (said.get("serial") or said.get("imei")) and not {"junk-serial", "spoilt-serial"} & set(more):
        reason = f"Un numéro de série pour {count} équipements : faites une ligne par équipement."
        return unreadable(number, found, "serial-and-quantity", reason)
    return judge.judge(number, found, tuple(flags))


def _equipment(said: dict[str, str], count: int, numbers: Numbers) -> tuple[Equipment, list[str]]:
    return equipment(
        quantity=count,
        category=said.get("category"),
        manufacturer=said.get("manufacturer"),
        model=said.get("model"),
        serial=unmarked(said.get("serial", "")),
        imei=unmarked(said.get("imei", "")),
        asset_tag=said.get("asset_tag"),
        **numbers,
    )


def _numbers(said: dict[str, str], layout: Layout) -> tuple[Numbers, list[str]]:
    """Year, memory and storage; a cell that cannot be read costs a remark, not the row."""
    numbers = Numbers()
    flags = []
    if said.get("year"):
        try:
            numbers["year"] = year(said["year"])
        except Unread:
            flags.append("year-unread")
    sizes: tuple[Literal["ram_gb", "storage_gb"], ...] = ("ram_gb", "storage_gb")
    for name in sizes:
        if said.get(name):
            try:
                size = gigabytes(said[name], unit=layout.units.get(name), megabytes_from=_MEGABYTES_FROM[name])
                numbers[name] = sold_memory(size) if name == "ram_gb" else sold_storage(size)
            except Unread:
                flags.append(_FLAG[name])
    return numbers, flags


_MODEL_WORDS = {
    "laptop": (
        "macbook",
        "thinkpad",
        "latitude",
        "elitebook",
        "probook",
        "zbook",
        "lifebook",
        "travelmate",
        "chromebook",
    ),
    "desktop": ("optiplex", "elitedesk", "prodesk", "thinkcentre", "imac", "mac mini", "esprimo", "veriton"),
    "smartphone": ("iphone",),
    "tablet": ("ipad", "galaxy tab"),
    "printer": ("laserjet", "officejet", "workforce", "ecosys"),
}


def _from_model(said: dict[str, str], layout: Layout) -> str | None:
    """The category that a model's name gives away, for files that have no such column at all."""
    if "category" in layout.columns:
        return None
    model = said.get("model", "").lower()
    for category, words in _MODEL_WORDS.items():
        if any(word in model for word in words):
            return category
    return parse_category(model)
