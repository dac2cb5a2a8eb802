"""Closed lists of words about stock set aside."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a device that was set aside is not any more."""

    SERVED = "served"
    GIVEN_BACK = "given_back"
    WITHDRAWN = "withdrawn"
