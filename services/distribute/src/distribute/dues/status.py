"""Closed lists of words of dues."""

from enum import StrEnum

TOPUP_FR = "recharge"
"""What a due of no category is for."""


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

    @property
    def label_fr(self) -> str:
        return _DUE_FR[self]


_DUE_FR = {
    DueKind.SALE: "vente",
    DueKind.UNDO: "vente annulée ou remboursée",
    DueKind.RECEIVED: "équipement reçu",
    DueKind.GONE: "équipement rendu ou perdu",
}


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
