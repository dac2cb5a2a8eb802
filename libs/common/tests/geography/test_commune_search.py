"""Communes by what people type, and how far it is."""

import pytest
from filiere.geography import commune_of_address, communes_called, km_between
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("typed", "insee"),
    [
        ("Mende", "48095"),
        ("  SAINT-FLOUR ", "15187"),
        ("st flour", "15187"),
        ("st-étienne", "42218"),
        ("Ste-Foy-lès-Lyon", "69202"),
        ("l'isle-adam", "95313"),
        ("Œuilly", "51410"),
        ("75011", "75056"),
        ("48000", "48095"),
        ("48000 Mende", "48095"),
        ("Badaroux (48000)", "48013"),
        ("48000 Nulle part", "48095"),
    ],
)
def test_a_commune_is_found_however_it_is_typed(typed: str, insee: str) -> None:
    assert communes_called(typed)[0].insee == insee


def test_names_that_are_alike_are_told_apart_by_their_postcode() -> None:
    alike = communes_called("Saint-Denis")
    assert len({one.insee for one in alike}) == len(alike) > 3
    assert alike[0].postcodes[0].startswith("974")  # La Réunion's is the largest


def test_the_beginning_of_a_name_is_enough() -> None:
    assert "Villeurbanne" in {one.name for one in communes_called("villeurb")}
    assert len(communes_called("saint", most=7)) == 7


@pytest.mark.parametrize("typed", ["", "x", "12", "480", "99999", "qqqq", "|", "a|b", "\n"])
def test_what_names_no_commune_finds_none(typed: str) -> None:
    assert communes_called(typed) == []


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    assert len(communes_called(typed)) <= 20


def test_an_address_lies_in_its_commune() -> None:
    by_code, by_name = commune_of_address("48095", "00000", ""), commune_of_address(None, "48000", "MENDE")
    assert by_code == by_name is not None
    assert commune_of_address(None, "99999", "Nulle part") is None
    assert commune_of_address("99999", "48000", "Mende") is None


def test_every_commune_of_the_list_is_found_by_its_name_and_by_its_postcode() -> None:
    some = communes_called("la", most=2000)
    assert len(some) > 1000
    for commune in some[::40]:
        assert commune in communes_called(commune.name, most=200)
        assert commune in communes_called(commune.postcodes[-1], most=200)


def test_kilometres_are_known_ones() -> None:
    paris, lyon = communes_called("Paris")[0], communes_called("Lyon")[0]
    assert km_between((paris.latitude, paris.longitude), (lyon.latitude, lyon.longitude)) == pytest.approx(391, abs=5)


@given(st.tuples(*[st.tuples(st.floats(-90, 90), st.floats(-180, 180))] * 2))
def test_a_way_is_as_long_as_its_way_back_and_nowhere_further_than_half_the_earth(places: tuple) -> None:  # type: ignore[type-arg]
    there, back = km_between(*places), km_between(*reversed(places))
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_016
