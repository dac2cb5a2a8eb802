"""Long lists in several events, each of which may be sent."""

from filiere.events.model import MAX_EVENT_BYTES

_ROOM = MAX_EVENT_BYTES - 16 * 1024  # the rest of the event


def items_per_event(heaviest: int, most: int) -> int:
    """How many items go into one event: at most `most`, fewer when the heaviest (bytes of its JSON) are many bytes.

    By the heaviest and not item by item, so that the number of events is known before the first one is made.
    """
    return max(1, min(most, _ROOM // (heaviest + 1)))
