"""Closed words of donors."""

from enum import StrEnum


class Standing(StrEnum):
    """What the coordination has said of a registration, as the list of donors asks for it."""

    TO_CONFIRM = "a-confirmer"
    REFUSED = "refusees"
