"""The states of a donation, and which step leads from one to another."""

from enum import StrEnum


class DonationStatus(StrEnum):
    """A donation's state, in the order of its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SCHEDULED = "scheduled"
    COLLECTED = "collected"
    RECEIVED = "received"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    DonationStatus.DRAFT: "brouillon",
    DonationStatus.SUBMITTED: "déclaré, en attente de réponse",
    DonationStatus.ACCEPTED: "accepté",
    DonationStatus.DECLINED: "décliné",
    DonationStatus.SCHEDULED: "collecte prévue",
    DonationStatus.COLLECTED: "collecté",
    DonationStatus.RECEIVED: "reçu à l'atelier",
    DonationStatus.CLOSED: "terminé",
    DonationStatus.WITHDRAWN: "retiré",
    DonationStatus.CANCELLED: "annulé",
}


class Step(StrEnum):
    """What people do to a donation. The two last states are reached by events alone, see `devices`."""

    EDIT = "edit"
    SUBMIT = "submit"
    ACCEPT = "accept"
    DECLINE = "decline"
    SCHEDULE = "schedule"
    COLLECT = "collect"
    COLLECT_FOUND = "collect-found"
    PLACE = "place"
    DISCARD = "discard"
    DRAFT_AGAIN = "draft-again"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"

    @property
    def infinitive_fr(self) -> str:
        """The verb for a sentence: « il ne peut pas être … »."""
        return _VERBS[self]


_VERBS = {
    Step.EDIT: "modifié",
    Step.SUBMIT: "envoyé",
    Step.ACCEPT: "accepté",
    Step.DECLINE: "décliné",
    Step.SCHEDULE: "planifié",
    Step.COLLECT: "collecté",
    Step.COLLECT_FOUND: "complété de ce qui est retrouvé",
    Step.PLACE: "placé ailleurs",
    Step.DISCARD: "supprimé",
    Step.DRAFT_AGAIN: "repris en brouillon",
    Step.WITHDRAW: "retiré",
    Step.CANCEL: "annulé",
}

FROM: dict[Step, frozenset[DonationStatus]] = {
    Step.EDIT: frozenset({DonationStatus.DRAFT}),
    Step.SUBMIT: frozenset({DonationStatus.DRAFT}),
    Step.ACCEPT: frozenset({DonationStatus.SUBMITTED}),
    Step.DECLINE: frozenset({DonationStatus.SUBMITTED}),
    # A second date replaces the first.
    Step.SCHEDULE: frozenset({DonationStatus.ACCEPTED, DonationStatus.SCHEDULED}),
    # Without an appointment too: some donors bring their devices.
    Step.COLLECT: frozenset({DonationStatus.ACCEPTED, DonationStatus.SCHEDULED}),
    Step.COLLECT_FOUND: frozenset({DonationStatus.COLLECTED, DonationStatus.RECEIVED, DonationStatus.CLOSED}),
    # Once accepted it is agreed with the slots of the pickup.
    Step.PLACE: frozenset({DonationStatus.DRAFT, DonationStatus.SUBMITTED}),
    Step.DISCARD: frozenset({DonationStatus.DRAFT}),
    Step.DRAFT_AGAIN: frozenset({DonationStatus.DECLINED, DonationStatus.WITHDRAWN, DonationStatus.CANCELLED}),
    # Before the answer the donor takes it back; after it either side gives it up, as long as nothing has left.
    Step.WITHDRAW: frozenset({DonationStatus.SUBMITTED}),
    Step.CANCEL: frozenset({DonationStatus.ACCEPTED, DonationStatus.SCHEDULED}),
}

BINDING = tuple(
    status.value
    for status in DonationStatus
    if status not in (DonationStatus.DRAFT, DonationStatus.DECLINED, DonationStatus.WITHDRAWN, DonationStatus.CANCELLED)
)
"""States in which a device is declared: the same one is no second time."""
BOUND = ", ".join(f"'{status}'" for status in BINDING)


def allows(status: DonationStatus, step: Step) -> bool:
    """Say whether the step may be taken in that state."""
    return status in FROM[step]
