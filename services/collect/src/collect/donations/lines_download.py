"""Declared lines and their verdicts as a spreadsheet: what is refused stays there, with its reason and what to do.

In its reader's language, headings too: the importer knows both when the list comes back.
"""

from collections.abc import AsyncIterator

from filiere.web import told

from collect.donations.faulty_rows import imeis_of
from collect.donations.said import said_of
from collect.donations.status import DonationStatus
from collect.eligibility.advice import advice_of
from collect.eligibility.judge import JudgedLine

DESCRIBING = (
    "Ligne", "Catégorie", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)",
    "Stockage (Go)", "Autres IMEI",
)  # fmt: skip
"""What makes a row a device again when the list comes back: every sheet has it."""
DECIDED = ("Verdict", "Raison", "Conseil")
HEADER = (*DESCRIBING, *DECIDED)


async def line_rows(lines: AsyncIterator[JudgedLine], status: DonationStatus) -> AsyncIterator[tuple[object, ...]]:
    async for line in lines:
        one = line.equipment
        yield (
            line.position,
            told(one.category.label_fr) if one.category else one.written_category,
            one.quantity,
            one.manufacturer,
            one.model,
            one.serial,
            one.asset_tag,
            one.year,
            one.ram_gb,
            one.storage_gb,
            imeis_of(one),
            told(said_of(status, line.verdict).text),
            told(line.reason),
            told(advice_of(line)),
        )
