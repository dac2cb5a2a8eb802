"""Who is one person where two have to look."""

import pytest
from filiere.identifiers.same_person import are_one_person, same_person
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "other",
    ["Amelie Durand", "Ame\u0301lie Durand", " AMÉLIE  durand ", "Am\u00e9lie\u00a0Durand", "Amé\u200blie Durand"],
)
def test_no_way_of_typing_a_name_makes_a_second_person(other: str) -> None:
    assert are_one_person(["c-1", "Am\u00e9lie Durand"], ["c-2", other])


def test_a_hyphen_makes_no_second_person() -> None:
    assert are_one_person(["Jean-Paul Martin"], ["Jean Paul Martin"])


def test_two_people_are_two() -> None:
    assert not are_one_person(["c-1", "Amélie Durand"], ["c-2", "Alix Durand"])


@given(st.text(max_size=20))
def test_whom_the_database_takes_for_one_are_one(name: str) -> None:
    """Its check compares lower(): whatever is equal there is equal here."""
    assert same_person(name.lower()) == same_person(name)


@given(st.text(max_size=20))
def test_a_compared_name_is_compared_as_itself(name: str) -> None:
    assert same_person(same_person(name)) == same_person(name)
