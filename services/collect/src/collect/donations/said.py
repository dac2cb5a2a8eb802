"""What is said of a declared line: its verdict, or how its donation ended without it, which is all that counts then."""

from typing import NamedTuple

from collect.donations.status import DonationStatus
from collect.eligibility.judge import LineVerdict


class Said(NamedTuple):
    """The word, and the chip it stands in."""

    text: str
    tone: str
    icon: str


ENDED = {
    DonationStatus.DECLINED: Said("Déclinée avec le don", "stop", "cross"),
    DonationStatus.WITHDRAWN: Said("Retirée avec le don", "stop", "cross"),
    DonationStatus.CANCELLED: Said("Annulée avec le don", "stop", "cross"),
}
"""What the rules would have accepted was taken by nobody."""

_VERDICTS = {
    LineVerdict.ACCEPTED: Said("Acceptée", "ok", "check"),
    LineVerdict.REFUSED: Said("Refusée", "stop", "cross"),
    # What is to correct is not refused.
    LineVerdict.ERROR: Said("Non déclarée, à corriger", "wait", "half"),
}


def said_of(status: DonationStatus, verdict: LineVerdict) -> Said:
    """The word of one line."""
    if verdict is LineVerdict.ACCEPTED and status in ENDED:
        return ENDED[status]
    return _VERDICTS[verdict]
