"""Départements from postcodes, and locality classes."""

import pytest
from filiere.geography import (
    LocalityClass,
    UnknownTerritory,
    departement,
    departement_of_postcode,
    departements,
    load,
    locality_class,
    region_name,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("postcode", "code"),
    [
        ("69100", "69"),
        ("01000", "01"),
        ("75 011", "75"),
        ("20000", "2A"),
        ("20167", "2A"),
        ("20200", "2B"),
        ("20600", "2B"),
        ("97400", "974"),
        ("97133", "977"),
        ("97150", "978"),
        ("97500", "975"),
        ("97600", "976"),
        ("98800", "988"),
        ("94390", "91"),
        ("94310", "94"),
    ],
)
def test_a_postcode_has_its_departement(postcode: str, code: str) -> None:
    assert departement_of_postcode(postcode).code == code


@pytest.mark.parametrize("postcode", ["", "6910", "ABCDE", "98000", "99123", "96000", "６９１００", "00100"])
def test_what_is_no_french_postcode_is_refused_with_a_sentence(postcode: str) -> None:
    with pytest.raises(UnknownTerritory, match="code postal"):
        departement_of_postcode(postcode)


def test_every_departement_has_a_region() -> None:
    assert load() == 109
    assert departement("2a").region_name == "Corse"
    assert departement("59").name == "Nord"
    assert region_name("32") == "Hauts-de-France"
    assert all(one.region_name == region_name(one.region_code) for one in departements().values())
    with pytest.raises(UnknownTerritory):
        departement("20")
    with pytest.raises(UnknownTerritory):
        region_name("99")


@given(st.text(alphabet="0123456789", min_size=5, max_size=5))
def test_a_departement_found_is_one_that_exists(postcode: str) -> None:
    try:
        found = departement_of_postcode(postcode)
    except UnknownTerritory:
        return
    assert found == departement(found.code)


@pytest.mark.parametrize(
    ("commune", "agglomeration", "expected"),
    [
        (4_999, None, "RURAL"),
        (5_000, None, "PETITE_VILLE"),
        (20_000, None, "VILLE_MOYENNE"),
        (200_000, None, "VILLE_MOYENNE"),
        (200_001, None, "METROPOLE"),
        (30_000, 1_400_000, "METROPOLE"),
        (3_000, 60_000, "RURAL"),
    ],
)
def test_a_place_has_its_locality_class(commune: int, agglomeration: int | None, expected: str) -> None:
    assert locality_class(commune, agglomeration) is LocalityClass(expected)


def test_a_population_is_not_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        locality_class(-1)
