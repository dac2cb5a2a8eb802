"""Where the départements are, and how far from each other."""

import pytest
from filiere.geography import departements, km_between, place_of_departement

# Southern lands and Clipperton: nobody lives there for good.
UNINHABITED = {"984", "989"}


def km(one: str, other: str) -> float:
    """Great circle between two chefs-lieux."""
    places = [place_of_departement(code) or (0, 0) for code in (one, other)]
    return km_between(*((latitude / 1e6, longitude / 1e6) for latitude, longitude in places))


def test_all_101_departements_and_the_inhabited_collectivities_have_a_place() -> None:
    known = {code for code in departements() if place_of_departement(code)}
    assert known == set(departements()) - UNINHABITED
    assert len([code for code in known if len(code) == 2 or code in {"971", "972", "973", "974", "976"}]) == 101


def test_a_code_is_read_in_any_case_and_an_unknown_one_has_no_place() -> None:
    assert place_of_departement("2a") == place_of_departement("2A") is not None
    assert place_of_departement("20") is None
    assert place_of_departement("") is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("75", "69", 392),  # Paris to Lyon
        ("75", "13", 661),  # Paris to Marseille
        ("2A", "2B", 105),  # Ajaccio to Bastia
        ("971", "972", 171),  # Basse-Terre to Fort-de-France
        ("75", "974", 9365),  # Paris to Saint-Denis de La Réunion
    ],
)
def test_distances_between_chefs_lieux_are_known_ones(one: str, other: str, expected: int) -> None:
    assert km(one, other) == pytest.approx(expected, rel=0.01)


def test_every_place_is_in_its_part_of_the_world() -> None:
    for code in departements():
        place = place_of_departement(code)
        if place is not None and len(code) == 2:
            assert 41_300_000 < place[0] < 51_100_000, code
            assert -5_200_000 < place[1] < 9_700_000, code
