"""The demonstration names an example of a beneficiary, so that its receipts open; an operator replaces it whole."""

from pathlib import Path

import pytest
from stack.services import EXAMPLE_BENEFICIARY, SERVICES, Engines, environment
from stack.settings import StackSettings

ENGINES = Engines({plan.name: f"postgresql://{plan.name}" for plan in SERVICES}, "kafka:9092", "embedded", "http://id")


def named(folder: Path) -> dict[str, str]:
    found = environment(SERVICES[0], StackSettings(data=folder), ENGINES)
    return {name: value for name, value in found.items() if name.startswith("BENEFICIARY_")}


def test_the_example_says_that_it_is_one(tmp_path: Path) -> None:
    assert named(tmp_path) == EXAMPLE_BENEFICIARY
    assert "sans valeur" in EXAMPLE_BENEFICIARY["BENEFICIARY_NAME"]


def test_nothing_of_the_example_is_mixed_with_an_operator_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENEFICIARY_NAME", "Emmaüs Exemple")
    assert named(tmp_path) == {"BENEFICIARY_NAME": "Emmaüs Exemple"}
