"""Processors as people type them: one name, and never more points than the tidy name has."""

from pathlib import Path

import pytest
from filiere.catalogue import estimate_cpu_mark
from filiere.catalogue.processors import tidy_cpu
from hypothesis import given
from hypothesis import strategies as st

CASES = Path(__file__).parents[5] / "shared" / "cases" / "inventories" / "cpu_names.txt"
AS_TYPED = {
    "CORE I5-8365 U": "Intel Core i5-8365U",
    "Intel Core i5/ 7200 U": "Intel Core i5-7200U",
    "INTELCORE I7/7700HQ": "Intel Core i7-7700HQ",
    "I5 5300-U": "Intel Core i5-5300U",
    "7300U CPU 2,60GHz": "Intel Core i5-7300U",
    "i5 6th GEN": "Intel Core i5 (6e génération)",
    "Intel Core i7 de 8e génération": "Intel Core i7 (8e génération)",
    "8ème gén. i5": "Intel Core i5 (8e génération)",
    "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz": "Intel Core i5-8250U",
    "Intel Core I5-4200m Cpu @ 2.50ghz": "Intel Core i5-4200M",
    "Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz": "Intel Core i5-520M",
    "13th Gen Intel(R) Core(TM) i5-1335U": "Intel Core i5-1335U",
    "11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz": "Intel Core i5-1135G7",
    "RYZEN5 PRO 4650U": "AMD Ryzen 5 PRO 4650U",
    "AMD Ryzen 5 5600U with Radeon Graphics": "AMD Ryzen 5 5600U",
    "AMD A6-9225 RADEON R4, 5 COMPUTE CORES 2C+3G": "AMD A6-9225",
    "Intel(R) Celeron(R) N4000 CPU @ 1.10GHz": "Intel Celeron N4000",
    "Apple M1": "Apple M1",
    "Intel(R) Core(TM) i3-6100 CPU @ 3.70GHz": "Intel Core i3-6100 @ 3.70GHz",
    "  ": None,
}


def points(cpu: str) -> int:
    estimate = estimate_cpu_mark(cpu)
    assert estimate is not None, cpu
    return estimate.mark


@pytest.mark.parametrize("typed", AS_TYPED)
def test_a_processor_has_one_name(typed: str) -> None:
    assert tidy_cpu(typed) == AS_TYPED[typed]


@pytest.mark.parametrize(("typed", "tidy"), [(typed, tidy) for typed, tidy in AS_TYPED.items() if tidy])
def test_a_name_as_typed_has_the_points_of_the_tidy_one(typed: str, tidy: str) -> None:
    assert points(typed) == points(tidy)


@pytest.mark.parametrize("number", ["4210", "5300", "6200", "7200", "8250", "8365", "10210"])
def test_a_letter_that_was_lost_lifts_nothing(number: str) -> None:
    """A laptop's i5-8365U typed « i5-8365 » is no desktop's i5: those have other numbers."""
    assert points(f"Core i5-{number}") == points(f"Core i5-{number}U")
    assert points(f"i5 {number}") == points(f"i5-{number}U")


@pytest.mark.parametrize("name", ["i5-4570", "i5-6500", "i5-8400", "i7-6700", "i7-4790", "i5-10400"])
def test_a_desktop_s_number_keeps_its_points(name: str) -> None:
    assert points(name) > points(f"{name}U")


def test_a_number_that_both_have_counts_for_the_weaker_unless_it_says_its_speed() -> None:
    assert points("Intel Core i3-6100") == points("i3-6100U")
    assert points("Intel(R) Core(TM) i3-6100 CPU @ 3.70GHz") > points("i3-6100U")


@pytest.mark.parametrize("name", ["i5-6500T", "i7-4770S", "i5-9500T"])
def test_the_cool_models_of_a_desktop_are_not_counted_as_the_hot_ones(name: str) -> None:
    assert points(name) < points(name[:-1])


def test_a_generation_alone_counts_for_its_weakest_number() -> None:
    assert points("i5 6th GEN") <= points("i5-6200U")
    assert points("i7 8e génération") <= points("i7-8550U")


@pytest.mark.skipif(not CASES.is_file(), reason="the cases are not beside this checkout")
def test_every_name_of_the_cases_has_its_points() -> None:
    lines = [line for line in CASES.read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) == 6
    for line in lines:
        typed, right = line.split(" -> ")
        if right.startswith("as "):
            assert points(typed) == points(f"Intel Core {right.removeprefix('as ').split(' ')[0]}"), line
        else:
            assert right == "an i5 of generation 6"
            assert tidy_cpu(typed) == "Intel Core i5 (6e génération)"


TYPED = st.text(alphabet="iI3579 -/_.coreCOREUuHhQqKkMm0123456789(R)TM@GHzgen eè", max_size=40)


@given(TYPED | st.text(max_size=60))
def test_tidying_twice_is_tidying_once(typed: str) -> None:
    once = tidy_cpu(typed)
    assert tidy_cpu(once) == once


@given(TYPED)
def test_a_tidy_name_has_the_points_of_what_was_typed(typed: str) -> None:
    """What a record keeps is the tidy name: graded from it or from the typed one, the device is not lifted."""
    estimate, tidy = estimate_cpu_mark(typed), tidy_cpu(typed)
    if estimate is not None and tidy is not None:
        assert points(tidy) == estimate.mark
