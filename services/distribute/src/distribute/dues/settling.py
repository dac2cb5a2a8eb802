"""Which payment pays which invoice. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Open:
    """An invoice, and what is left to pay of it."""

    id: UUID
    left_cents: int


@dataclass(frozen=True, slots=True)
class Credit:
    """A payment or a credit note, and what it does not pay yet."""

    id: UUID
    is_payment: bool
    left_cents: int


@dataclass(frozen=True, slots=True)
class Share:
    """So much of a credit pays so much of an invoice."""

    invoice_id: UUID
    credit: Credit
    cents: int


def settle(invoices: Sequence[Open], credits: Sequence[Credit]) -> list[Share]:
    """Each credit in its order pays the invoices in theirs, whole or in part, until one side has nothing left."""
    left = {one.id: one.left_cents for one in invoices}
    shares = []
    for credit in credits:
        rest = credit.left_cents
        for invoice_id, owed in left.items():
            cents = min(rest, owed)
            if cents > 0:
                shares.append(Share(invoice_id, credit, cents))
                left[invoice_id] -= cents
                rest -= cents
    return shares
