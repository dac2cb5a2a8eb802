"""What is said of a device after it has left: received, with somebody, damaged, wrong, lent, lost, broken later."""

from enum import StrEnum

from filiere.catalogue.statuses import ShownStatus

from refurbish.devices.recall_reasons import RecallReason


class Away(StrEnum):
    """The last word of distribute about a device that has left."""

    DELIVERED = "delivered"
    HANDED_OVER = "handed_over"
    LENT = "lent"
    LOST = "lost"
    LOST_LENT = "lost_lent"
    FOUND = "found"
    DAMAGED = "damaged"
    WRONG = "wrong"
    KEPT = "kept"
    BROKEN = "broken"
    USED = "used"
    RECALLED = "recalled"

    @property
    def comes_back(self) -> bool:
        """Whether its workshop may expect it."""
        return self in (Away.FOUND, Away.DAMAGED, Away.WRONG, Away.BROKEN, Away.USED, Away.RECALLED)

    @property
    def shown(self) -> ShownStatus:
        """The word people of the chain know; the sentence says what that leaves out."""
        return _SHOWN.get(self, ShownStatus.BEING_DELIVERED)

    @property
    def sentence_fr(self) -> str:
        """One sentence for the bench."""
        return _FRENCH[self]

    @property
    def reason(self) -> RecallReason | None:
        """Why it goes to the bench when it is back; None: it is ready as it was."""
        return _REASONS.get(self)


_SHOWN = {
    Away.DELIVERED: ShownStatus.READY_TO_HAND_OVER,
    Away.LENT: ShownStatus.READY_TO_HAND_OVER,
    Away.KEPT: ShownStatus.READY_TO_HAND_OVER,
    Away.HANDED_OVER: ShownStatus.HANDED_OVER,
    Away.DAMAGED: ShownStatus.AFTER_SALES,
    Away.WRONG: ShownStatus.AFTER_SALES,
    Away.BROKEN: ShownStatus.AFTER_SALES,
    Away.USED: ShownStatus.AFTER_SALES,
    Away.RECALLED: ShownStatus.AFTER_SALES,
}
_FRENCH = {
    Away.DELIVERED: "Il est parti vers un Relais, qui l'a reçu. Merci.",
    Away.HANDED_OVER: "Il est remis : quelqu'un s'en sert. Merci.",
    Away.LOST: "Il s'est perdu pendant le transport. S'il réapparaît ici, dis-le.",
    Away.LENT: "Son Relais l'a prêté ou l'emporte en maraude.",
    Away.LOST_LENT: "Son Relais l'avait prêté, et il est perdu. S'il réapparaît ici, dis-le.",
    Away.FOUND: "Il s'était perdu, il est retrouvé : il revient ici.",
    Away.DAMAGED: "Le Relais l'a reçu abîmé : il revient ici, à revoir.",
    Away.WRONG: "Le Relais dit que ce n'est pas l'appareil écrit sur l'étiquette : il revient ici, à revoir.",
    Away.KEPT: "Le Relais l'a reçu abîmé et le garde.",
    Away.BROKEN: "Il est tombé en panne après sa remise : il revient ici, à effacer et à réparer.",
    Away.USED: "Quelqu'un s'en est servi : il revient ici, à effacer.",
    Away.RECALLED: "Il est rappelé : son Relais le renvoie ici, à revoir.",
}
_REASONS = {
    Away.DAMAGED: RecallReason.FAULT,
    Away.WRONG: RecallReason.MISTAKE,
    Away.BROKEN: RecallReason.FAULT,
    Away.USED: RecallReason.OTHER,
    Away.RECALLED: RecallReason.OTHER,
}
