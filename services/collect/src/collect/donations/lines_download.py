"""Declared lines and their verdicts as a spreadsheet: what is refused stays there, with its reason and what to do."""

from collections.abc import AsyncIterator

from filiere.web import gettext as _
from filiere.web import told

from collect.eligibility.advice import advice_of
from collect.eligibility.judge import JudgedLine, LineVerdict

DESCRIBING = (
    "Ligne", "Catégorie", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)",
    "Stockage (Go)",
)  # fmt: skip
"""What makes a row a device again when the list comes back: every sheet has it."""
DECIDED = ("Verdict", "Raison", "Conseil")
HEADER = (*DESCRIBING, *DECIDED)

_VERDICTS = {
    LineVerdict.ACCEPTED: "Acceptée",
    LineVerdict.REFUSED: "Refusée",
    LineVerdict.ERROR: "Non déclarée, à corriger",
}
"""As the page says them: what is to correct is not refused."""


async def line_rows(lines: AsyncIterator[JudgedLine]) -> AsyncIterator[tuple[object, ...]]:
    async for line in lines:
        one = line.equipment
        yield (
            line.position,
            one.category.label_fr if one.category else one.written_category,
            one.quantity,
            one.manufacturer,
            one.model,
            one.serial,
            one.asset_tag,
            one.year,
            one.ram_gb,
            one.storage_gb,
            _(_VERDICTS[line.verdict]),
            told(line.reason),
            told(advice_of(line)),
        )
