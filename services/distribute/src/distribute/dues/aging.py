"""How long an invoice has been due. Pure."""

from datetime import date
from typing import Literal

Bucket = Literal["not_due_cents", "to_30_cents", "to_60_cents", "to_90_cents", "over_90_cents"]


def bucket(due_on: date, on: date) -> Bucket:
    """Not due before its day; then by days since."""
    late = (on - due_on).days
    if late < 0:
        return "not_due_cents"
    if late <= 30:
        return "to_30_cents"
    if late <= 60:
        return "to_60_cents"
    return "to_90_cents" if late <= 90 else "over_90_cents"
