"""The accountant's file: amounts and devices, no personal data."""

from collections.abc import AsyncIterator
from typing import Any

from filiere.calendar import PARIS
from filiere.catalogue.money import in_euros

from distribute.handovers.schemas import HandoverOut

HEADER = (
    "Date",
    "Heure",
    "Reçu",
    "Vente ou don",
    "Palier",
    "Montant TTC (€)",
    "Équipement",
    "Catégorie",
    "Numéro de série",
    "Étiquette",
)


async def rows(handovers: AsyncIterator[HandoverOut]) -> AsyncIterator[tuple[Any, ...]]:
    """One row per receipt. Neither alias nor public, and no tier but what the price already says."""
    async for one in handovers:
        local = one.handed_over_at.astimezone(PARIS)
        yield (
            local.date(),
            local.strftime("%H:%M"),
            one.receipt,
            one.kind.label_fr,
            one.tier.label_fr,
            in_euros(one.amount_cents),
            one.name,
            one.grade.label_fr,
            one.serial,
            one.label,
        )
