"""Repairs as sheets for a spreadsheet."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from filiere.catalogue.categories import Category
from filiere.catalogue.money import in_euros
from filiere.web import gettext as _

from refurbish.parts.kinds import Origin, PartKind
from refurbish.repairs.kinds import Barrier, Outcome, RepairKind
from refurbish.repairs.repository import LotSum

REPAIRS = (
    "Étiquette", "Équipement", "Marque", "Modèle", "Lot", "Passage", "Réparé le", "Quoi", "Résultat", "Empêchement",
    "Minutes", "Pièce", "Va sur", "Origine de la pièce", "Prise sur", "Combien", "Coût (€)",
)  # fmt: skip
LOTS = ("Lot", "Équipements", "Réparations", "Réussies", "Minutes", "Pièces (€)")


async def repair_rows(found: AsyncIterator[Any]) -> AsyncIterator[Sequence[object]]:
    """One line per repair; who did it stays at the bench."""
    async for row in found:
        barrier, part, origin = row["barrier"], row["part_kind"], row["origin"]
        yield (
            row["label"],
            _(Category(row["category"]).label_fr),
            row["manufacturer"],
            row["model"],
            row["lot"],
            row["cycle"],
            row["repaired_at"],
            _(RepairKind(row["kind"]).label_fr),
            _(Outcome(row["outcome"]).label_fr),
            _(Barrier(barrier).label_fr) if barrier else None,
            row["minutes"],
            _(PartKind(part).label_fr) if part else None,
            row["fits"],
            _(Origin(origin).label_fr) if origin else None,
            row["source_label"],
            row["pieces"],
            in_euros(row["cents"]) if row["cents"] is not None else None,
        )


def lot_rows(sums: Sequence[LotSum]) -> list[Sequence[object]]:
    return [(one.lot, one.devices, one.repairs, one.fixed, one.minutes, in_euros(one.cents)) for one in sums]
