"""What the journal writes down: kinds of entries, means of payment, why something was taken back."""

from enum import StrEnum


class EntryKind(StrEnum):
    """What an entry records. A correction is an entry too, with the opposite amounts."""

    SALE = "sale"
    GIFT = "gift"
    UNDO = "undo"
    CLOSE_DAY = "close_day"
    CLOSE_MONTH = "close_month"
    CLOSE_YEAR = "close_year"

    @property
    def label_fr(self) -> str:
        return _KIND_FR[self]


_KIND_FR = {
    EntryKind.SALE: "vente",
    EntryKind.GIFT: "don",
    EntryKind.UNDO: "annulation",
    EntryKind.CLOSE_DAY: "clôture du jour",
    EntryKind.CLOSE_MONTH: "clôture du mois",
    EntryKind.CLOSE_YEAR: "clôture de l'année",
}
MOVES = frozenset({EntryKind.SALE, EntryKind.GIFT, EntryKind.UNDO})
CLOSINGS = frozenset(EntryKind) - MOVES


class Means(StrEnum):
    """How somebody paid. What a tool or the years before did not say is `unsaid`, and never counted as cash."""

    CASH = "cash"
    CARD = "card"
    CHEQUE = "cheque"
    TRANSFER = "transfer"
    VOUCHER = "voucher"
    UNSAID = "unsaid"

    @property
    def label_fr(self) -> str:
        return _MEANS_FR[self]


_MEANS_FR = {
    Means.CASH: "espèces",
    Means.CARD: "carte",
    Means.CHEQUE: "chèque",
    Means.TRANSFER: "virement",
    Means.VOUCHER: "bon",
    Means.UNSAID: "non précisé",
}


class UndoReason(StrEnum):
    """Why a handover is taken back: a closed list, so that nobody writes about a person into what is kept for years."""

    WRONG_DEVICE = "wrong_device"
    WRONG_PRICE = "wrong_price"
    CHANGED_MIND = "changed_mind"
    DOES_NOT_WORK = "does_not_work"
    TRIAL = "trial"

    @property
    def label_fr(self) -> str:
        return _REASON_FR[self]

    @property
    def of_a_topup_fr(self) -> str:
        return _OF_A_TOPUP_FR.get(self, self.label_fr)


_REASON_FR = {
    UndoReason.WRONG_DEVICE: "erreur d'équipement",
    UndoReason.WRONG_PRICE: "erreur de palier ou de paiement",
    UndoReason.CHANGED_MIND: "la personne a changé d'avis",
    UndoReason.DOES_NOT_WORK: "l'équipement ne marche pas",
    UndoReason.TRIAL: "essai ou formation",
}
_OF_A_TOPUP_FR = {
    UndoReason.WRONG_DEVICE: "erreur d'offre",
    UndoReason.WRONG_PRICE: "erreur d'offre ou de paiement",
    UndoReason.DOES_NOT_WORK: "la recharge ne marche pas",
}
