"""Domain events: the producing slice owns the model, a consumer declares its own narrow one."""

from filiere.events.chunks import items_per_event
from filiere.events.envelope import Envelope, Headers, MalformedEnvelope
from filiere.events.model import MAX_EVENT_BYTES, Event, EventTooLarge, Incoming, event

__all__ = [
    "MAX_EVENT_BYTES",
    "Envelope",
    "Event",
    "EventTooLarge",
    "Headers",
    "Incoming",
    "MalformedEnvelope",
    "event",
    "items_per_event",
]
