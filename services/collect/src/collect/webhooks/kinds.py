"""What an endpoint may be told of; the words are the `type` of what it gets, and never change."""

from enum import StrEnum


class WebhookKind(StrEnum):
    ACCEPTED = "donation.accepted"
    DECLINED = "donation.declined"
    PICKUP = "donation.pickup-scheduled"
    CANCELLED = "donation.cancelled"
    RECEIVED = "donation.received"
    CLOSED = "donation.closed"


LABELS = {
    WebhookKind.ACCEPTED: "Un don est accepté",
    WebhookKind.DECLINED: "Un don est décliné",
    WebhookKind.PICKUP: "Le jour de la collecte est fixé ou change",
    WebhookKind.CANCELLED: "Un don accepté est annulé",
    WebhookKind.RECEIVED: "Les équipements sont comptés à l'atelier",
    WebhookKind.CLOSED: "Le bilan d'un don est prêt",
}
TEST = "filiere.test"
"""What the button « Essayer » sends, whatever the endpoint has chosen."""
