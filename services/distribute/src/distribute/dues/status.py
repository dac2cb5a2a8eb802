"""Closed lists of words of dues."""

from enum import StrEnum

from filiere.catalogue import Category

CARRIED_YEAR = 0
"""The series of numbers of what was invoiced before: none of our invoices, and no gap in theirs."""


class Basis(StrEnum):
    """What the agreement makes a Relais owe for."""

    NOTHING = "nothing"
    PER_SALE = "per_sale"
    PER_ORDER = "per_order"

    @property
    def label_fr(self) -> str:
        return _BASIS_FR[self]


_BASIS_FR = {
    Basis.NOTHING: "rien",
    Basis.PER_SALE: "une part de chaque vente",
    Basis.PER_ORDER: "une part de chaque équipement reçu",
}


class DueKind(StrEnum):
    """What a due comes from; the second of each pair credits the first."""

    SALE = "sale"
    UNDO = "undo"
    RECEIVED = "received"
    GONE = "gone"
    CARRIED = "carried"
    CORRECTED = "corrected"

    @property
    def label_fr(self) -> str:
        return _DUE_FR[self]


_DUE_FR = {
    DueKind.SALE: "vente",
    DueKind.UNDO: "vente annulée ou remboursée",
    DueKind.RECEIVED: "équipement reçu",
    DueKind.GONE: "équipement rendu ou perdu",
    DueKind.CARRIED: "dette d'avant",
    DueKind.CORRECTED: "dette d'avant corrigée",
}


def thing_fr(kind: DueKind, category: Category | None) -> str:
    """What it was owed for: a category, else a top-up; nothing that we know of when it was before."""
    if kind in (DueKind.CARRIED, DueKind.CORRECTED):
        return ""
    return category.label_fr if category is not None else "recharge"


class PaidBy(StrEnum):
    """How the Relais paid the network."""

    TRANSFER = "transfer"
    CHEQUE = "cheque"
    DEBIT = "debit"
    CASH = "cash"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _PAID_FR[self]


_PAID_FR = {
    PaidBy.TRANSFER: "virement",
    PaidBy.CHEQUE: "chèque",
    PaidBy.DEBIT: "prélèvement",
    PaidBy.CASH: "espèces",
    PaidBy.OTHER: "autre moyen",
}


class InvoiceKind(StrEnum):
    """A credit note is what an invoice of less than nothing is called."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"

    @property
    def label_fr(self) -> str:
        return "facture" if self is InvoiceKind.INVOICE else "avoir"
