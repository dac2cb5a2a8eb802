"""The eight words people of the chain already know for where a device stands.

Source: the `statut` values of Emmaüs Connect's public tooling (emmausconnect/audit-linux). Inside the services three
finer axes stay apart (work stage, custody, destination); these words are what is shown of them.
"""

from enum import StrEnum
from typing import Literal, NamedTuple

Kind = Literal["ok", "wait", "stop", "info"]


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
        return _LOOKS[self].label_fr

    @property
    def kind(self) -> Kind:
        """Colour of its chip on pages."""
        return _LOOKS[self].kind

    @property
    def mark(self) -> str:
        """Icon of its chip, by its name in the web kit's `components.html`."""
        return _LOOKS[self].mark


class _Look(NamedTuple):
    label_fr: str
    kind: Kind
    mark: str


_LOOKS = {
    ShownStatus.TO_PROCESS: _Look("À traiter", "info", "open"),
    ShownStatus.IN_PROCESS: _Look("En cours de traitement", "wait", "half"),
    ShownStatus.NOT_REUSABLE: _Look("Non réemployable", "stop", "cross"),
    ShownStatus.READY_TO_ORDER: _Look("Prêt à commander", "ok", "check"),
    ShownStatus.BEING_DELIVERED: _Look("En cours de livraison", "info", "half"),
    ShownStatus.READY_TO_HAND_OVER: _Look("Prêt à distribuer", "ok", "open"),
    ShownStatus.HANDED_OVER: _Look("Distribué", "ok", "done"),
    ShownStatus.AFTER_SALES: _Look("SAV", "wait", "back"),
}
