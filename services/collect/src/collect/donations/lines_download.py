"""Declared lines and their verdicts as a spreadsheet: what is refused stays there, with its reason and what to do.

In its reader's language, headings too: the importer knows both when the list comes back.
"""

from collections.abc import AsyncIterator

from filiere.web import told

from collect.donations.draft_repository import DraftLine
from collect.donations.faulty_rows import MARK
from collect.donations.said import said_of
from collect.donations.status import DonationStatus
from collect.eligibility.advice import advice_of
from collect.eligibility.judge import JudgedLine
from collect.eligibility.lines import in_one_cell

DESCRIBING = (
    "Ligne", "Catégorie", "Quantité", "Marque", "Modèle", "N° de série", "N° d'inventaire", "Année", "RAM (Go)",
    "Stockage (Go)", "Autres IMEI",
)  # fmt: skip
"""What makes a row a device again when the list comes back: every sheet has it."""
DECIDED = ("Verdict", "Raison", "Conseil")
HEADER = (*DESCRIBING, *DECIDED)
OF_A_DRAFT = (*HEADER, MARK)
"""With what says which line a row is when the list of a draft comes back."""


async def draft_rows(lines: AsyncIterator[DraftLine], status: DonationStatus) -> AsyncIterator[tuple[object, ...]]:
    """The same of a draft, its categories as they were written: sent back as it is, it changes nothing."""
    async for id_, line, version in lines:
        position, category, *more = _row(line, status)
        yield (position, line.equipment.written_category or category, *more, f"{id_}-{version}")


async def line_rows(lines: AsyncIterator[JudgedLine], status: DonationStatus) -> AsyncIterator[tuple[object, ...]]:
    async for line in lines:
        yield _row(line, status)


def _row(line: JudgedLine, status: DonationStatus) -> tuple[object, ...]:
    one = line.equipment
    return (
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
        in_one_cell(one.imeis),
        told(said_of(status, line.verdict).text),
        told(line.reason),
        told(advice_of(line)),
    )
