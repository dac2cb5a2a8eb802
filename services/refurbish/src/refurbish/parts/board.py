"""The list of parts: its columns, its filters, its sheet."""

from collections.abc import AsyncIterator, Sequence

from filiere.catalogue.money import in_euros
from filiere.web import Choice, Column, Search, Table
from filiere.web import gettext as _

from refurbish.parts.kinds import PartKind
from refurbish.parts.part import SparePart

LEFT = "reste"
TABLE = Table(
    columns=(
        Column("kind", "Pièce", sortable=True),
        Column("fits", "Va sur", sortable=True),
        Column("origin", "Origine"),
        Column("left", "Reste", is_number=True),
        Column("cost", "Coût", is_number=True),
        Column("added", "Ajoutée"),
        Column("off", "À faire"),
    ),
    filters=(
        Search("q", "Chercher", "modèle, référence"),
        Choice("piece", "Pièce", {kind.value: kind.label_fr for kind in PartKind}),
        Choice("stock", "Stock", {LEFT: "Ce qui reste"}, everything="Tout"),
    ),
)
CSV_HEADER = ("Pièce", "Va sur", "Origine", "Prise sur", "Quantité", "Utilisées", "Perdues", "Reste", "Coût (€)",
              "Ajoutée le")  # fmt: skip


async def csv_rows(parts: AsyncIterator[SparePart]) -> AsyncIterator[Sequence[object]]:
    """The list for a spreadsheet."""
    async for part in parts:
        yield (
            _(part.kind.label_fr),
            part.fits,
            _(part.origin.label_fr),
            part.source_label,
            part.quantity,
            part.used,
            part.lost,
            part.left,
            in_euros(part.unit_cents),
            part.added_at,
        )
