"""Where the agreement of a Relais stands. Who signs, and with which address, stays here."""

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field


class Standing(StrEnum):
    """Of an agreement: none yet, sent to be signed, signed and in force, or ended."""

    NONE = "none"
    SENT = "sent"
    SIGNED = "signed"
    ENDED = "ended"


@event(topic="distribute.relais", name="relais-changed", version=1, key="relais_id")
class RelaisChanged(Event):
    """A Relais is registered, renamed, or its agreement is sent, signed, withdrawn or ended; the newest counts."""

    relais_id: UUID = Field(description="The Relais.")
    name: str = Field(description="Name of the structure.")
    city: str = Field(description="Where it is.")
    territory: str = Field(description="Département code, such as 48 or 2A.")
    agreement: Standing = Field(description="Where its agreement stands.")
    since: date = Field(description="Since which day: of the request, the sending, the signature or the end.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-02T09:00:00Z",
        "relais_id": "0193a1b2-0000-7000-8000-000000000048",
        "name": "Relais de Mende",
        "city": "Mende",
        "territory": "48",
        "agreement": "sent",
        "since": "2026-11-20",
    }
