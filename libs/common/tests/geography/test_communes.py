"""Addresses and their locality class."""

import pytest
from filiere.geography import LocalityClass, locality_of_address


@pytest.mark.parametrize(
    ("insee", "postcode", "expected"),
    [
        ("75056", "75011", LocalityClass.METROPOLE),
        ("69266", "69100", LocalityClass.METROPOLE),  # Villeurbanne, beside Lyon
        ("93066", "93200", LocalityClass.METROPOLE),  # Saint-Denis, in the métropole du Grand Paris
        ("12202", "12000", LocalityClass.VILLE_MOYENNE),  # Rodez
        ("48095", "48000", LocalityClass.PETITE_VILLE),  # Mende
        ("48061", "48400", LocalityClass.RURAL),  # Florac
        (None, "69100", LocalityClass.METROPOLE),
        (None, "48000", LocalityClass.PETITE_VILLE),
        (None, "23340", LocalityClass.RURAL),
    ],
)
def test_an_address_has_the_class_of_its_commune(insee: str | None, postcode: str, expected: LocalityClass) -> None:
    assert locality_of_address(insee, postcode) is expected
