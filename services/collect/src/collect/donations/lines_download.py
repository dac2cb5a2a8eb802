"""Declared lines and their verdicts as a spreadsheet: what is refused stays there, with its reason and what to do."""

from collections.abc import AsyncIterator

from filiere.web import gettext as _

from collect.eligibility.advice import advice_of
from collect.eligibility.judge import JudgedLine, LineVerdict

HEADER = (
    "Ligne", "Catégorie", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)",
    "Stockage (Go)", "Verdict", "Raison", "Conseil",
)  # fmt: skip

DESCRIBING = (
    "Ligne", "Catégorie", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)",
    "Stockage (Go)",
)  # fmt: skip
"""What makes a row a device again when the list comes back: every sheet has it."""


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
            "Recevable" if line.verdict is LineVerdict.ACCEPTED else "Refusé",
            line.reason,
            _(advice_of(line)) if advice_of(line) else "",
        )
