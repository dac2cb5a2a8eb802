"""What an accountant is given: one line per entry, or two-sided lines in columns like those of a FEC. No person.

It is not a FEC: account numbers are the structure's own and are left to its accountant, and nobody has certified it.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from typing import Any

from filiere.calendar import PARIS
from filiere.catalogue import Category, Tier
from filiere.catalogue.money import in_euros

from distribute.till_journal.entry import Entry
from distribute.till_journal.status import MOVES, EntryKind, Means

SIMPLE = (
    "Écriture",
    "Date",
    "Heure",
    "Nature",
    "Reçu",
    "Palier",
    "Montant TTC (€)",
    "Part de la personne (€)",
    "Moyen",
    "Part d'une structure (€)",
    "Moyen de la structure",
    "Étiquette",
    "Catégorie",
    "Annule l'écriture",
    "Motif",
)
TWO_SIDED = (
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
)
SALES = "Ventes d'équipements reconditionnés"
TOPUPS = "Ventes de recharges"
DIFFERENCE = "Différences de caisse"
_TOPUP = "recharge"


async def simple(entries: AsyncIterator[Entry]) -> AsyncIterator[tuple[Any, ...]]:
    """One row per sale, gift and correction."""
    async for entry in entries:
        if entry.kind in MOVES:
            one = entry.draft
            yield (
                entry.sequence,
                entry.day,
                one.at.astimezone(PARIS).strftime("%H:%M"),
                one.kind.label_fr,
                one.receipt,
                Tier(one.tier).label_fr if one.tier else "",
                in_euros(one.amount_cents),
                in_euros(one.person_cents),
                one.person_means.label_fr if one.person_means else "",
                in_euros(one.structure_cents),
                one.structure_means.label_fr if one.structure_means else "",
                one.label,
                Category(one.category).label_fr if one.category else _TOPUP if "topup" in one.details else "",
                one.undoes,
                one.reason_fr,
            )


async def two_sided(entries: AsyncIterator[Entry]) -> AsyncIterator[tuple[Any, ...]]:
    """Debit and credit of each entry that moves money: both add up to the same."""
    async for entry in entries:
        for account, cents in postings(entry):
            yield _line(entry, account, cents)


def postings(entry: Entry) -> Iterator[tuple[str, int]]:
    """(account, cents) of an entry, debits above zero and credits below; they add up to nothing."""
    one = entry.draft
    if entry.kind in MOVES and one.amount_cents:
        for means, cents in ((one.person_means, one.person_cents), (one.structure_means, one.structure_cents)):
            if cents:
                yield (means or Means.UNSAID).label_fr.capitalize(), cents
        yield TOPUPS if "topup" in one.details else SALES, -one.amount_cents
    if entry.kind is EntryKind.CLOSE_DAY and (difference := one.details["cash_difference_cents"]):
        yield Means.CASH.label_fr.capitalize(), difference
        yield DIFFERENCE, -difference


def _line(entry: Entry, account: str, cents: int) -> tuple[Any, ...]:
    one = entry.draft
    what = f"{one.kind.label_fr} {one.label or one.details.get('period', '')}".strip()
    day = _day(entry.day)
    return (
        "CA",
        "Caisse",
        entry.sequence,
        day,
        "",
        account,
        "",
        "",
        one.receipt or f"clôture {entry.sequence}",
        day,
        what,
        in_euros(max(cents, 0)),
        in_euros(max(-cents, 0)),
        "",
        "",
        day,
        "",
        "",
    )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"
