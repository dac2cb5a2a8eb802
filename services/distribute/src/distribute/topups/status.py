"""Closed lists of words: what an offer is, where a code is, how its activation stands, why somebody did what."""

from enum import StrEnum


class OfferKind(StrEnum):
    """What an operator's offer gives."""

    SIM = "sim"
    DATA = "data"
    ABROAD = "abroad"

    @property
    def label_fr(self) -> str:
        return _OFFER_FR[self]


_OFFER_FR = {
    OfferKind.SIM: "carte SIM",
    OfferKind.DATA: "recharge internet",
    OfferKind.ABROAD: "appels à l'étranger",
}


class CodeStatus(StrEnum):
    """Where a code is: each in exactly one place."""

    IN_STOCK = "in_stock"
    AT_RELAIS = "at_relais"
    LEFT = "left"
    RETURNED = "returned"

    @property
    def label_fr(self) -> str:
        return _CODE_FR[self]


_CODE_FR = {
    CodeStatus.IN_STOCK: "au réseau",
    CodeStatus.AT_RELAIS: "chez un Relais",
    CodeStatus.LEFT: "remise",
    CodeStatus.RETURNED: "rendue",
}


class Activation(StrEnum):
    """How far the operator's activation is, as somebody told it."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"

    @property
    def label_fr(self) -> str:
        return _ACTIVATION_FR[self]


_ACTIVATION_FR = {
    Activation.ASKED: "activation demandée",
    Activation.ACTIVE: "active",
    Activation.REFUSED: "refusée par l'opérateur",
}


class ToldBy(StrEnum):
    """Who told it: never a name."""

    PERSON = "person"
    COLLEAGUE = "colleague"
    OPERATOR = "operator"

    @property
    def label_fr(self) -> str:
        return _TOLD_FR[self]


_TOLD_FR = {
    ToldBy.PERSON: "la personne",
    ToldBy.COLLEAGUE: "un collègue qui l'a vu",
    ToldBy.OPERATOR: "l'opérateur",
}


class ShownAgain(StrEnum):
    """Why a code is shown to its seller another time."""

    PAGE_LOST = "page_lost"
    NOT_PRINTED = "not_printed"
    MISREAD = "misread"

    @property
    def label_fr(self) -> str:
        return _AGAIN_FR[self]


_AGAIN_FR = {
    ShownAgain.PAGE_LOST: "la page ne s'est pas affichée",
    ShownAgain.NOT_PRINTED: "l'impression n'a pas marché",
    ShownAgain.MISREAD: "le code a été mal recopié",
}


class Unused(StrEnum):
    """How one knows that nobody used a code that was shown."""

    OPERATOR_SAYS = "operator_says"
    STILL_HERE = "still_here"
    REFUSED = "refused"

    @property
    def label_fr(self) -> str:
        return _UNUSED_FR[self]


_UNUSED_FR = {
    Unused.OPERATOR_SAYS: "l'opérateur le confirme",
    Unused.STILL_HERE: "le papier est resté ici, personne ne l'a emporté",
    Unused.REFUSED: "l'opérateur a refusé le code",
}


class ReturnReason(StrEnum):
    """Why a Relais gives unsold codes back."""

    NOT_ASKED_FOR = "not_asked_for"
    EXPIRES = "expires"
    NO_COVERAGE = "no_coverage"

    @property
    def label_fr(self) -> str:
        return _RETURN_FR[self]


_RETURN_FR = {
    ReturnReason.NOT_ASKED_FOR: "personne n'en demande",
    ReturnReason.EXPIRES: "la date approche",
    ReturnReason.NO_COVERAGE: "l'opérateur ne passe pas ici",
}
