"""Events of `collect.donations`, keyed by the donation."""

from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from filiere.events import Event, event
from pydantic import BaseModel, ConfigDict, Field

MAX_VERDICTS = 1000
"""Verdicts in one donation-accepted; a longer donation sends several parts."""

_DONATION = "0198c0de-0000-7000-8000-000000000142"
_DONOR = "0198c0de-0000-7000-8000-000000000001"
_AT = "2026-11-03T09:30:00+00:00"


@event(topic="collect.donations", name="donation-declared", version=1, key="donation_id")
class DonationDeclared(Event):
    """A donor has declared devices; nobody has answered yet."""

    donation_id: UUID = Field(description="The donation.")
    reference: str = Field(description="What people read, such as 2026-0142.")
    donor_id: UUID = Field(description="The donor's organisation.")
    public_body: bool = Field(description="True for a public body: its devices have a legal price ceiling.")
    devices: int = Field(description="Devices declared, refused ones included.")
    lines: int = Field(description="Lines of the declaration.")

    example: ClassVar[dict[str, Any]] = {
        "donation_id": _DONATION,
        "reference": "2026-0142",
        "donor_id": _DONOR,
        "public_body": False,
        "devices": 160,
        "lines": 151,
        "occurred_at": _AT,
    }


class LineOutcome(BaseModel):
    """The verdict on one line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int = Field(description="Line number in the declaration, or row number of the file.")
    quantity: int = Field(description="Devices declared on the line.")
    accepted: bool = Field(description="Whether they are accepted.")
    rule: str | None = Field(description="Code of the rule that refuses them; null when accepted.")


@event(topic="collect.donations", name="donation-accepted", version=1, key="donation_id")
class DonationAccepted(Event):
    """A donation is accepted, with the verdict on each line; in parts of at most 1,000 verdicts."""

    donation_id: UUID = Field(description="The donation.")
    reference: str = Field(description="What people read.")
    accepted: int = Field(description="Devices accepted in the whole donation.")
    refused: int = Field(description="Devices refused in the whole donation.")
    part: int = Field(description="Number of this part, from 1.")
    parts: int = Field(description="How many parts there are.")
    verdicts: list[LineOutcome] = Field(description="Verdicts of this part, in line order.", max_length=MAX_VERDICTS)

    example: ClassVar[dict[str, Any]] = {
        "donation_id": _DONATION,
        "reference": "2026-0142",
        "accepted": 143,
        "refused": 17,
        "part": 1,
        "parts": 1,
        "verdicts": [
            {"line": 2, "quantity": 1, "accepted": True, "rule": None},
            {"line": 3, "quantity": 1, "accepted": False, "rule": "age"},
        ],
        "occurred_at": _AT,
    }


@event(topic="collect.donations", name="donation-declined", version=1, key="donation_id")
class DonationDeclined(Event):
    """A whole donation is declined."""

    donation_id: UUID = Field(description="The donation.")
    reference: str = Field(description="What people read.")
    reason: str = Field(description="That it was declined; the words for the donor are the donor's alone.")

    example: ClassVar[dict[str, Any]] = {
        "donation_id": _DONATION,
        "reference": "2026-0142",
        "reason": "La coordination a décliné le don.",
        "occurred_at": _AT,
    }


@event(topic="collect.donations", name="donation-withdrawn", version=1, key="donation_id")
class DonationWithdrawn(Event):
    """The donor takes a donation back before it is answered."""

    donation_id: UUID = Field(description="The donation.")
    reference: str = Field(description="What people read.")

    example: ClassVar[dict[str, Any]] = {"donation_id": _DONATION, "reference": "2026-0142", "occurred_at": _AT}


@event(topic="collect.donations", name="donation-cancelled", version=1, key="donation_id")
class DonationCancelled(Event):
    """An accepted donation is given up before its pickup: none of its devices will come."""

    donation_id: UUID = Field(description="The donation.")
    reference: str = Field(description="What people read.")
    devices: int = Field(description="Accepted devices that stay with the donor.")
    by: Literal["donor", "network"] = Field(description="Who gave it up; the words for the other side stay theirs.")

    example: ClassVar[dict[str, Any]] = {
        "donation_id": _DONATION,
        "reference": "2026-0142",
        "devices": 143,
        "by": "donor",
        "occurred_at": _AT,
    }


@event(topic="collect.donations", name="pickup-scheduled", version=1, key="donation_id")
class PickupScheduled(Event):
    """A date is set for the pickup; a later event of the same donation replaces it."""

    donation_id: UUID = Field(description="The donation.")
    reference: str = Field(description="What people read.")
    pickup_on: date = Field(description="The day, where the devices are.")

    example: ClassVar[dict[str, Any]] = {
        "donation_id": _DONATION,
        "reference": "2026-0142",
        "pickup_on": "2026-11-10",
        "occurred_at": _AT,
    }
