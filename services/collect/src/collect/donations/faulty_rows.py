"""The lines that are not accepted as a file: what was written, to correct and to send back.

Headings and reasons are in the reader's language, what was written as it was; the importer knows both headings.
"""

from collections.abc import AsyncIterator

from fastapi import Response
from filiere.web import gettext as _
from filiere.web import sheet_response, told

from collect.donations.draft_repository import DraftLine
from collect.eligibility.judge import RULES, JudgedLine, LineVerdict
from collect.eligibility.lines import in_one_cell

# Headers that the importer itself reads. The mark says which line a row is, whatever is corrected in it, and what the
# line said when the file was written: a line that has changed since is not put back.
MARK = "Repère Filière (ne pas modifier)"
HEADER = (
    "Ligne", "Verdict", "Règle", "Explication", "Type", "Quantité", "Marque", "Modèle", "N° de série", "IMEI",
    "Autres IMEI", "N° d'inventaire", "Année", "RAM (Go)", "Stockage (Go)", MARK,
)  # fmt: skip
_FIELDS = (
    "category", "quantity", "manufacturer", "model", "serial", "imei", "imei2", "asset_tag", "year", "ram_gb",
    "storage_gb",
)  # fmt: skip
_SHIFTED = "shifted-row"


def faulty_rows_csv(name: str, lines: AsyncIterator[DraftLine]) -> Response:
    """The download, for an import and for a draft."""
    return sheet_response(f"lignes-a-revoir-{name}.csv", HEADER, _rows(lines), spoken=True)


async def _rows(lines: AsyncIterator[DraftLine]) -> AsyncIterator[tuple[object, ...]]:
    async for id_, line, version in lines:
        why = (LineVerdict(line.verdict).label_fr, RULES.get(line.rule or "", ""), line.reason)
        more = (_("cellule en trop : à effacer une fois la ligne corrigée"),) if line.rule == _SHIFTED else ()
        yield (line.position, *map(told, why), *(written(line, name) for name in _FIELDS), f"{id_}-{version}", *more)


def written(line: JudgedLine, name: str) -> object:
    """What stood in a cell; of a line that no file brought, what was understood."""
    if name in line.cells:
        return line.cells[name]
    if name == "imei" or line.rule == _SHIFTED:
        return None
    if name == "imei2":
        return in_one_cell(line.equipment.imeis)
    return line.equipment.written_category if name == "category" else getattr(line.equipment, name)
