"""What reuse avoids is a published figure times a stated supposition, and never more."""

from datetime import date

import pytest
from filiere.catalogue import Category, NothingInForce, impact_methods, impact_of
from filiere.catalogue.impact import Part
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 11, 30)
COUNTS = st.dictionaries(st.sampled_from(Category), st.integers(0, 10_000))
# Construction, assembly and distribution of a new one (Impact CO2, ADEME, 2025 update), kg CO2e.
EMBODIED = {Category.SMARTPHONE: 79.27, Category.LAPTOP: 182.3}


def test_the_figures_of_the_study_come_out() -> None:
    found = impact_of({Category.LAPTOP: 10, Category.SMARTPHONE: 4, Category.MONITOR: 3}, TODAY)
    assert found.co2e_kg == pytest.approx(10 * 27 * 3 + 4 * 24.6 * 2)
    assert found.raw_material_kg == pytest.approx(10 * 127 * 3 + 4 * 76.9 * 2)
    assert found.not_counted == {Category.MONITOR: 3}
    assert "ADEME" in found.method_fr


def test_new_parts_are_taken_off_even_below_nothing() -> None:
    assert impact_of({Category.LAPTOP: 1}, TODAY, {(Category.LAPTOP, Part.SSD): 1}).co2e_kg == pytest.approx(
        81 - 135.0161
    )


@given(COUNTS)
def test_no_device_is_lost_nor_counted_twice(devices: dict[Category, int]) -> None:
    found = impact_of(devices, TODAY)
    counted = {line.category: line.devices for line in found.lines}
    assert counted.keys().isdisjoint(found.not_counted)
    assert counted | found.not_counted == {category: count for category, count in devices.items() if count}


@given(COUNTS, COUNTS)
def test_two_donations_avoid_together_what_each_avoids(one: dict[Category, int], other: dict[Category, int]) -> None:
    both = {category: one.get(category, 0) + other.get(category, 0) for category in Category}
    apart = impact_of(one, TODAY).co2e_kg + impact_of(other, TODAY).co2e_kg
    assert impact_of(both, TODAY).co2e_kg == pytest.approx(apart)


@pytest.mark.parametrize("category", EMBODIED)
def test_reuse_never_avoids_more_than_a_new_one_costs(category: Category) -> None:
    assert 0 < impact_of({category: 1}, TODAY).co2e_kg < EMBODIED[category]


def test_every_method_says_its_sources_and_supposes_a_sober_second_life() -> None:
    for method in impact_methods().values():
        assert all(yearly.second_life_years <= 5 for yearly in method.yearly.values())
        assert any("ADEME" in source for source in method.source)


def test_before_the_study_nothing_is_said() -> None:
    with pytest.raises(NothingInForce):
        impact_of({Category.LAPTOP: 1}, date(2020, 1, 1))
