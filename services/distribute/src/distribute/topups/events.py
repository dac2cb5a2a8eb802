"""What happens to top-ups. No event holds a code, its number, a price, or anything about a person."""

from typing import Any, ClassVar
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

from distribute.handovers.status import HandoverKind
from distribute.topups.status import Activation, OfferKind

_OFFER = "0193a1b2-0000-7000-8000-0000000000f1"
_RELAIS = "0193a1b2-0000-7000-8000-0000000000a5"
_SALE = "0193a1b2-0000-7000-8000-0000000000f7"


@event(topic="distribute.topups", name="topup-codes-imported", version=1, key="offer_id")
class TopupCodesImported(Event):
    """The network has more codes of an offer."""

    offer_id: UUID = Field(description="The offer.")
    kind: OfferKind = Field(description="What it gives.")
    codes: int = Field(description="How many codes were taken in.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-01T09:00:00Z",
        "offer_id": _OFFER,
        "kind": "data",
        "codes": 200,
    }


@event(topic="distribute.topups", name="topup-codes-withdrawn", version=1, key="offer_id")
class TopupCodesWithdrawn(Event):
    """A file of codes was taken in by mistake: the network does not have them."""

    offer_id: UUID = Field(description="The offer.")
    kind: OfferKind = Field(description="What it gives.")
    codes: int = Field(description="How many codes are gone.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-01T09:30:00Z",
        "offer_id": _OFFER,
        "kind": "data",
        "codes": 200,
    }


@event(topic="distribute.topups", name="topup-offer-closed", version=1, key="offer_id")
class TopupOfferClosed(Event):
    """An offer is neither asked for nor handed over any more."""

    offer_id: UUID = Field(description="The offer.")
    kind: OfferKind = Field(description="What it gives.")

    example: ClassVar[dict[str, Any]] = {"occurred_at": "2026-12-05T10:00:00Z", "offer_id": _OFFER, "kind": "data"}


@event(topic="distribute.topups", name="topup-offer-reopened", version=1, key="offer_id")
class TopupOfferReopened(Event):
    """An offer that was closed is asked for and handed over again."""

    offer_id: UUID = Field(description="The offer.")
    kind: OfferKind = Field(description="What it gives.")

    example: ClassVar[dict[str, Any]] = {"occurred_at": "2026-12-06T10:00:00Z", "offer_id": _OFFER, "kind": "data"}


@event(topic="distribute.topups", name="topup-codes-sent", version=1, key="offer_id")
class TopupCodesSent(Event):
    """Codes of an offer are a Relais' to hand over."""

    offer_id: UUID = Field(description="The offer.")
    relais_id: UUID = Field(description="The Relais.")
    codes: int = Field(description="How many.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-01T10:00:00Z",
        "offer_id": _OFFER,
        "relais_id": _RELAIS,
        "codes": 20,
    }


@event(topic="distribute.topups", name="topup-codes-returned", version=1, key="offer_id")
class TopupCodesReturned(Event):
    """A Relais gives unsold codes of an offer back."""

    offer_id: UUID = Field(description="The offer.")
    relais_id: UUID = Field(description="The Relais.")
    codes: int = Field(description="How many.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-03T10:00:00Z",
        "offer_id": _OFFER,
        "relais_id": _RELAIS,
        "codes": 5,
    }


@event(topic="distribute.topups", name="topup-codes-restocked", version=1, key="offer_id")
class TopupCodesRestocked(Event):
    """The coordination has taken returned codes of an offer into its stock again."""

    offer_id: UUID = Field(description="The offer.")
    codes: int = Field(description="How many.")

    example: ClassVar[dict[str, Any]] = {"occurred_at": "2026-12-04T10:00:00Z", "offer_id": _OFFER, "codes": 5}


@event(topic="distribute.topups", name="topup-handed-over", version=1, key="offer_id")
class TopupHandedOver(Event):
    """A Relais sold or gave a top-up to somebody."""

    sale_id: UUID = Field(description="The handover.")
    offer_id: UUID = Field(description="The offer.")
    kind: OfferKind = Field(description="What it gives.")
    relais_id: UUID = Field(description="The Relais.")
    territory: str = Field(description="Its département.")
    how: HandoverKind = Field(description="Sold or given.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-02T10:00:00Z",
        "sale_id": _SALE,
        "offer_id": _OFFER,
        "kind": "data",
        "relais_id": _RELAIS,
        "territory": "48",
        "how": "sold",
    }


@event(topic="distribute.topups", name="topup-handover-undone", version=1, key="offer_id")
class TopupHandoverUndone(Event):
    """The handover was taken back: its code is the Relais' again, or the network's when somebody had seen it."""

    sale_id: UUID = Field(description="The handover.")
    offer_id: UUID = Field(description="The offer.")
    relais_id: UUID = Field(description="The Relais.")
    was_shown: bool = Field(description="Somebody had read the code: it went back to the network.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-02T10:05:00Z",
        "sale_id": _SALE,
        "offer_id": _OFFER,
        "relais_id": _RELAIS,
        "was_shown": False,
    }


@event(topic="distribute.topups", name="topup-activation-told", version=1, key="offer_id")
class TopupActivationTold(Event):
    """Somebody told how far the operator's activation is."""

    sale_id: UUID = Field(description="The handover.")
    offer_id: UUID = Field(description="The offer.")
    activation: Activation = Field(description="How far it is.")

    example: ClassVar[dict[str, Any]] = {
        "occurred_at": "2026-12-02T11:00:00Z",
        "sale_id": _SALE,
        "offer_id": _OFFER,
        "activation": "active",
    }
