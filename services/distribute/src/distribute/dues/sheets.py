"""Dues and the aged balance as sheets."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from filiere.catalogue.money import in_euros
from filiere.web import gettext

from distribute.dues.schemas import AgedRowOut, DueOut
from distribute.dues.status import thing_fr

DUES = (
    "Date", "Nature", "N° de reçu", "Étiquette", "Équipement", "Prix (€)", "Part (%)", "Dû (€)", "Facture",
)  # fmt: skip
AGED = (
    "Relais", "Non échu (€)", "0 à 30 jours (€)", "31 à 60 jours (€)", "61 à 90 jours (€)", "Plus de 90 jours (€)",
    "Total (€)", "Reçu et non affecté (€)",
)  # fmt: skip


async def dues(each: AsyncIterator[DueOut]) -> AsyncIterator[tuple[Any, ...]]:
    """One row per due."""
    async for one in each:
        yield due_row(one)


def due_row(one: DueOut) -> tuple[Any, ...]:
    return (
        one.day,
        gettext(one.kind.label_fr),
        one.receipt,
        one.label,
        gettext(thing) if (thing := thing_fr(one.kind, one.category)) else "",
        in_euros(one.base_cents),
        one.percent,
        in_euros(one.amount_cents),
        one.invoice,
    )


def aged(rows: Iterable[AgedRowOut]) -> Iterator[tuple[Any, ...]]:
    """One row per Relais."""
    for one in rows:
        yield (
            one.relais_name,
            in_euros(one.not_due_cents),
            in_euros(one.to_30_cents),
            in_euros(one.to_60_cents),
            in_euros(one.to_90_cents),
            in_euros(one.over_90_cents),
            in_euros(one.total_cents),
            in_euros(one.unused_cents),
        )
