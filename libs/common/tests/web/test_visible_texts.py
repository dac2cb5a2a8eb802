"""What nobody sees in a text is taken out of it; what makes letters and pictures stays."""

import unicodedata
from typing import Annotated

from filiere.web.bounded_types import Visible, visible
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints

TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Said(BaseModel):
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20), Visible]


@given(st.text(st.one_of(st.characters(), st.sampled_from(TURNING))))
def test_no_text_turns_a_line_around_or_holds_a_control_character(text: str) -> None:
    found = visible(text)
    assert not set(found) & set(TURNING)
    assert not [one for one in found if unicodedata.category(one) == "Cc" and one not in "\t\n\r"]
    assert visible(found) == found


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])))
def test_what_can_be_seen_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_letters_and_emoji_that_are_joined_stay() -> None:
    for text in (
        "Élève à Noël",
        "e\u0301",
        "👩\u200d💻",
        "❤\ufe0f",
        "می\u200cخواهم",
        "עברית",
        "a\r\nb\tc",
        "co\u00adopération",
    ):
        assert visible(text) == text


def test_the_bounds_are_those_of_what_is_seen() -> None:
    assert Said(text="\u202e  don\u202c ").text == "don"
    assert Said.model_json_schema()["properties"]["text"] | {"title": ""} == {
        "type": "string",
        "minLength": 1,
        "maxLength": 20,
        "title": "",
    }
    try:
        Said(text="\u202e \u202c")
    except ValueError:
        return
    raise AssertionError("nothing but what nobody sees was taken for a text")
