"""The eight words people of the chain already know for where a device stands.

Source: the `statut` values of Emmaüs Connect's public tooling (emmausconnect/audit-linux). Inside the services three
finer axes stay apart (work stage, custody, destination); these words are what is shown of them.
"""

from enum import StrEnum


class ShownStatus(StrEnum):
    """Status of a device as shown to people, in the order of its way through the chain."""

    TO_PROCESS = "to_process"
    IN_PROCESS = "in_process"
    NOT_REUSABLE = "not_reusable"
    READY_TO_ORDER = "ready_to_order"
    BEING_DELIVERED = "being_delivered"
    READY_TO_HAND_OVER = "ready_to_hand_over"
    HANDED_OVER = "handed_over"
    AFTER_SALES = "after_sales"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    ShownStatus.TO_PROCESS: "À traiter",
    ShownStatus.IN_PROCESS: "En cours de traitement",
    ShownStatus.NOT_REUSABLE: "Non réemployable",
    ShownStatus.READY_TO_ORDER: "Prêt à commander",
    ShownStatus.BEING_DELIVERED: "En cours de livraison",
    ShownStatus.READY_TO_HAND_OVER: "Prêt à distribuer",
    ShownStatus.HANDED_OVER: "Distribué",
    ShownStatus.AFTER_SALES: "SAV",
}
