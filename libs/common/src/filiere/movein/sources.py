"""What other tools write, as our tables: each a reader from bytes to rows, which people then complete.

BOLC, tec.tech and workshops' sheets know devices and little of who gave them: a gift's number becomes a lot whose donor
and day somebody adds. Nothing of theirs proves an erasure, so none is made of it.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from filiere.movein.rows import clean, decoded, delimited
from filiere.movein.templates import TABLES
from filiere.movein.values import plain
from filiere.sheets.reading import NotAWorkbook, sheets

Made = dict[str, list[dict[str, str]]]
"""Rows by table."""


class NotThatTool(ValueError):
    """The message is a French sentence."""


# Of an import row without titles: what stands at which place.
_BOLC = {
    0: "lot", 3: "categorie", 5: "statut", 7: "marque", 10: "modele", 14: "numero_serie", 17: "stockage_go",
    20: "memoire_go",
}  # fmt: skip
_BOLC_FIELDS = 35


def bolc(content: bytes) -> Made:
    """Rows of BOLC's import: 35 fields, no titles. Raises NotThatTool."""
    made: Made = {"equipements": [], "classements": []}
    for _, cells in delimited(decoded(content)):
        if len(cells) < _BOLC_FIELDS - 1:
            continue
        device = {name: clean(cells[place]) for place, name in _BOLC.items()}
        key = next((clean(cells[place]) for place in (2, 1, 14) if clean(cells[place])), "")
        day = clean(cells[29]).split(" ")[0]
        made["equipements"].append(
            device | {"equipement": key, "memoire_go": _gigabytes(cells[20]), "arrive_le": day, "pret_le": day}
        )
        if clean(cells[4]):
            made["classements"].append(
                {"equipement": key, "categorie": _grade(cells[4]), "batterie": _battery(cells[11]), "classe_le": day}
            )
    if not made["equipements"]:
        raise NotThatTool(f"Aucune ligne de {_BOLC_FIELDS} champs séparés par « ; » : ce n'est pas un import de BOLC.")
    return made


_TECTECH = {
    "statut": "statut", "typeMateriel": "categorie", "numeroSerie": "numero_serie", "model": "modele",
    "marque": "marque", "RAM": "memoire_go", "tailleDisqueDur1": "stockage_go", "idLot": "lot",
    "createdAt": "arrive_le",
}  # fmt: skip


def tectech(content: bytes) -> Made:
    """The answer of `GET /materiel`, or a list of its devices. Raises NotThatTool."""
    try:
        said = json.loads(decoded(content))
    except (ValueError, RecursionError) as error:
        raise NotThatTool("Ce fichier n'est pas du JSON.") from error
    items = next((one for one in said.values() if isinstance(one, list)), []) if isinstance(said, dict) else said
    listed = items if isinstance(items, list) else []
    devices = [one for one in listed if isinstance(one, dict) and "typeMateriel" in one]
    if not devices:
        raise NotThatTool("Aucun matériel avec « typeMateriel » : ce n'est pas un export de tec.tech.")
    made: Made = {"equipements": [], "classements": []}
    for one in devices:
        key = next((_text(one, name) for name in ("idEsn", "id", "idMaterielReconditionneur") if _text(one, name)), "")
        row = {ours: _text(one, theirs) for theirs, ours in _TECTECH.items()}
        imeis = [_text(one, name) for name in ("IMEI1", "IMEI2") if _text(one, name)]
        row |= {
            "equipement": key, "imei": ",".join(imeis), "memoire_go": _gigabytes(row["memoire_go"]),
            "stockage_go": _gigabytes(row["stockage_go"]), "pret_le": _text(one, "updatedAt"),
        }  # fmt: skip
        made["equipements"].append(row)
        if grade := _text(one, "categorie"):
            made["classements"].append(
                {"equipement": key, "categorie": _grade(grade), "classe_le": _text(one, "updatedAt")}
            )
    return made


_SHEET = {
    "numero lot": "lot", "identifiant unique": "equipement", "type materiel": "categorie", "constructeur": "marque",
    "model": "modele", "n serie": "numero_serie", "ram": "memoire_go", "taille disque 1": "stockage_go",
    "taille stockage": "stockage_go", "imei": "imei", "statut": "statut", "categorie": "grade",
    "grade esth.": "aspect", "grade esth": "aspect", "etat batterie": "batterie",
}  # fmt: skip
_TITLES_WITHIN = 12


def sheet(content: bytes) -> Made:
    """A workshop's workbook, computers or telephones: its titles stand in one of the first rows. Raises NotThatTool."""
    try:
        for one in sheets(io.BytesIO(content)):
            if made := _of_sheet(one.rows):
                return made
    except NotAWorkbook as error:
        raise NotThatTool(str(error)) from error
    raise NotThatTool("Aucune feuille n'a les titres « Identifiant unique » et « Numéro Lot ».")


def _of_sheet(rows: Iterable[tuple[int, Sequence[str]]]) -> Made | None:
    titles: list[str] | None = None
    is_phones = False
    made: Made = {"equipements": [], "classements": []}
    for number, cells in rows:
        if titles is None:
            named = [_SHEET.get(re.sub(r"[°º]", "", plain(cell)).strip(), "") for cell in cells]
            if {"equipement", "lot"} <= {*named}:
                titles, is_phones = named, "imei" in named
            elif number > _TITLES_WITHIN:
                return None
            continue
        row = {name: clean(cell) for name, cell in zip(titles, cells, strict=False) if name}
        if not row.get("equipement"):
            continue
        # A sheet of telephones has no column of what they are, one of computers none of how far they had come.
        row.setdefault("categorie", "smartphone" if is_phones else "")
        row.setdefault("statut", "")
        row["statut"] = row["statut"] or "en cours"
        row |= {name: _gigabytes(row.get(name, "")) for name in ("memoire_go", "stockage_go")}
        grade = {"equipement": row["equipement"], "aspect": row.pop("aspect", ""), "batterie": row.pop("batterie", "")}
        grade["categorie"] = _grade(row.pop("grade", ""))
        made["equipements"].append(row)
        made["classements"].append(grade)
    return made if made["equipements"] else None


READERS: Mapping[str, Callable[[bytes], Made]] = {"bolc": bolc, "tectech": tectech, "classeur": sheet}


def write(folder: Path, made: Made) -> list[str]:
    """The tables made, and the lots that they name with what somebody has to add; those that are there are kept.

    Returns the names of the files written.
    """
    lots = sorted({row["lot"] for row in made["equipements"] if row.get("lot")})
    written = []
    for table, rows in {**made, "lots": [{"lot": lot} for lot in lots]}.items():
        path = folder / f"{table}.csv"
        if path.exists() or not rows:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            titles = [one.name for one in TABLES[table]]
            writer = csv.DictWriter(file, titles, delimiter=";", restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        written.append(path.name)
    return written


def _text(one: Mapping[str, object], name: str) -> str:
    value = one.get(name)
    return clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _gigabytes(text: str) -> str:
    """« 8 Go », « 16384 Mo », « 256 » as gigabytes; nothing for what is no size."""
    found = re.search(r"(\d+(?:[.,]\d+)?)\s*(mo|mb|to|tb)?", plain(text))
    if found is None:
        return ""
    number = float(found[1].replace(",", "."))
    scale = {"mo": 1 / 1024, "mb": 1 / 1024, "to": 1000, "tb": 1000}.get(found[2] or "", 1)
    return f"{number * scale:g}"


def _grade(text: str) -> str:
    """HC and INVENDABLE of older rule sets are no grade of ours: the bench grades it again."""
    word = clean(text).upper()
    return word if word in ("PREMIUM", "A", "B", "C", "D") else ""


def _battery(text: str) -> str:
    """A share, as the state that we keep."""
    try:
        percent = float(clean(text).rstrip("%").replace(",", ".") or "nan")
    except ValueError:
        return ""
    return "bonne" if percent >= 80 else "moyenne" if percent >= 65 else "usée" if percent >= 0 else ""
