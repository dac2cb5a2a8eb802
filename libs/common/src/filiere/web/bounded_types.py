"""Types of what comes in, each with an end that the API's description states: days, answers by yes or no, scans, texts.

A day outside two centuries is a mistake of typing, and would overflow what is computed from it (days before and after,
instants in Paris).
"""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, ValidationInfo

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
LONGEST_SCAN = 300
# A form has only texts: `read_form` says so to the validators by this context.
FROM_A_FORM = {"form": True}
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_UNITS = re.compile(r"\s|(?:go|gb|%)\s*$", re.IGNORECASE)
_ENDS_OF_LINES = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def _of_these_centuries(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"Écrivez une date entre {FIRST_DAY.year} et {LAST_DAY.year}.")
    return day


def bounded_count(text: str, least: int, most: int) -> int:
    """The whole number that a text of an address or a form says, kept inside; `least` for anything else.

    A text of thousands of digits is never made a number: that takes as long as somebody likes.
    """
    if not (text.isascii() and text.isdigit()):
        return least
    digits = text.lstrip("0")
    return most if len(digits) > len(str(most)) else min(max(int(digits or "0"), least), most)


def _answered(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, bool) and not (info.context or {}).get("form"):
        raise ValueError("Répondez par true ou false.")
    return value


def _no_flag(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("Écrivez un nombre.")
    return value


def _as_written(text: Any) -> Any:
    return _UNITS.sub("", text).replace(",", ".") if isinstance(text, str) else text


Figure = BeforeValidator(_as_written)
"""Of a form: a number as people write it, « 8,5 », « 16 Go », « 85 % », « 4 200 »."""


def visible(text: str) -> str:
    """A text without the characters that nobody sees and that turn a line around, or hide in it.

    Accents, and what joins an emoji or the letters of a script, stay.
    """
    if text.isprintable():
        return text
    return _ENDS_OF_LINES.sub("\n", _UNSEEN.sub("", text))


Day = Annotated[
    date,
    AfterValidator(_of_these_centuries),
    Field(json_schema_extra={"formatMinimum": FIRST_DAY.isoformat(), "formatMaximum": LAST_DAY.isoformat()}),
]


def _instant_of_these_centuries(moment: datetime) -> datetime:
    if not FIRST_DAY.year <= moment.year <= LAST_DAY.year:
        raise ValueError(f"Écrivez un instant entre {FIRST_DAY.year} et {LAST_DAY.year}.")
    return moment


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_instant_of_these_centuries),
    Field(
        json_schema_extra={
            "formatMinimum": f"{FIRST_DAY.year}-01-01T00:00:00Z",
            "formatMaximum": f"{LAST_DAY.year}-12-31T23:59:59Z",
        }
    ),
]
# JSON says true or false; 0, "no" and "on" are somebody's mistake, except in a form.
Flag = Annotated[bool, BeforeValidator(_answered)]
# And true is no number, though Python counts with it.
# Stands after the bounds of a number, which the API's description would not tell otherwise.
NoFlag = BeforeValidator(_no_flag)
# What people write to each other. Stands after the bounds of the text, for the same reason.
Visible = BeforeValidator(lambda value: visible(value) if isinstance(value, str) else value)
# A label or a serial as a scanner types it: perhaps the whole address in a QR code.
Scanned = Annotated[str, StringConstraints(max_length=LONGEST_SCAN)]
