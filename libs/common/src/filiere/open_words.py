"""Closed lists of words that a later release may have made longer.

While a release rolls out, two run side by side on one database: the newer one writes words that the older one does not
know. A page that shows such a word shows it as it is, and whatever decides by words leaves it alone; neither fails.
"""

from enum import StrEnum
from typing import Self, TypeVar

from pydantic_core import PydanticKnownError


class OpenWords(StrEnum):
    """A list of words read from the database: one that is not in it is a member of its own, with itself as its name."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str) or not value:
            return None
        word = str.__new__(cls, value)
        word._name_ = word._value_ = value
        return word

    @property
    def is_known(self) -> bool:
        """Whether this release has the word."""
        return self.value in type(self)._value2member_map_


Word = TypeVar("Word", bound=OpenWords)


def known(word: Word | None) -> Word | None:
    """The word, where it comes from somebody who asks: what is not in the list is refused. Raises ValueError."""
    if word is not None and not word.is_known:
        # As pydantic says it of a closed list, so that people read the same sentence.
        raise PydanticKnownError("enum", {"expected": ", ".join(type(word))})
    return word
