"""Smartphones, tablets and plain equipment."""

from datetime import date

import pytest
from filiere.catalogue import (
    Category,
    Cosmetic,
    DeviceFacts,
    Grade,
    ImpossibleSpec,
    IncompleteSpec,
    PcSpec,
    PhoneState,
    SmartphoneSpec,
    StateSpec,
    Storage,
    StorageKind,
    grade,
    grade_smartphone,
    grade_state,
    rulesets_for,
)
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("ram", "storage", "antutu", "published"),
    [
        (1, 16, None, "MARAUDE"),
        (2, 16, None, "HC"),
        (2, 32, 950_000, "C"),  # forced, although the total (371) is an A
        (3, 32, None, "C"),
        (4, 64, None, "B"),
        (6, 128, 300_000, "A"),  # 99 + 96 + 74
        (8, 256, 600_000, "PREMIUM"),
    ],
)
def test_the_2023_tables_are_followed(ram: float, storage: float, antutu: int | None, published: str) -> None:
    spec = SmartphoneSpec(ram_gb=ram, storage_gb=storage, antutu=antutu)
    assert grade_smartphone(spec).published == published


def test_a_value_between_two_keys_gets_the_mark_of_the_lower_one() -> None:
    between = grade_smartphone(SmartphoneSpec(ram_gb=5, storage_gb=100, antutu=149_999))
    assert [reason.points for reason in between.reasons] == [73, 66, 49]


def test_a_typed_weighting_lifts_what_was_forced_and_a_state_does_not() -> None:
    forced = SmartphoneSpec(ram_gb=2, storage_gb=16, antutu=500_000)
    assert grade_smartphone(forced).published == "HC"
    assert grade_smartphone(forced.model_copy(update={"weighting_percent": 5})).published == "B"
    assert grade_smartphone(forced.model_copy(update={"state": PhoneState.LOCKED})).published == "HC"
    assert grade_smartphone(forced.model_copy(update={"weighting_percent": 0})).published == "HC"
    with pytest.raises(IncompleteSpec, match="Pondération de 7 %"):
        grade_smartphone(forced.model_copy(update={"weighting_percent": 7}))


def test_waste_gets_no_grade() -> None:
    graded = grade_smartphone(SmartphoneSpec(ram_gb=8, storage_gb=256, state=PhoneState.WASTE))
    assert (graded.grade, graded.total) == (None, 0)
    assert "Déchet électronique : non réemployable." in graded.sentences


def test_a_tablet_follows_the_smartphone_rules_and_says_so() -> None:
    facts = DeviceFacts(ram_gb=4, storage=(Storage(kind=StorageKind.EMMC, size_gb=64),))
    tablet, phone = grade(Category.TABLET, facts, TODAY), grade(Category.SMARTPHONE, facts, TODAY)
    assert tablet.grade is phone.grade is Grade.B
    assert any("tablettes" in sentence for sentence in tablet.sentences)
    assert not any("tablettes" in sentence for sentence in phone.sentences)


def test_a_spec_of_another_category_is_refused() -> None:
    with pytest.raises(IncompleteSpec, match="imprimante"):
        grade(Category.PRINTER, SmartphoneSpec(ram_gb=4, storage_gb=64), TODAY)
    with pytest.raises(IncompleteSpec, match="aspect"):
        grade(Category.MONITOR, DeviceFacts(), TODAY)
    with pytest.raises(IncompleteSpec, match="stockage"):
        grade(Category.TABLET, DeviceFacts(ram_gb=4), TODAY)
    with pytest.raises(IncompleteSpec, match="smartphone"):
        grade(Category.SMARTPHONE, PcSpec(ram_gb=4, storage=(), cpu_mark=1), TODAY)


def test_plain_equipment_is_graded_on_its_state() -> None:
    assert grade(Category.MONITOR, DeviceFacts(cosmetic=Cosmetic.B), TODAY).grade is Grade.B
    assert grade_state(StateSpec(cosmetic=Cosmetic.A, minor_defect=True)).grade is Grade.B
    assert grade_state(StateSpec(cosmetic=Cosmetic.D, minor_defect=True)).grade is Grade.D
    broken = grade_state(StateSpec(cosmetic=Cosmetic.A, works=False))
    assert broken.grade is None
    assert "Ne fonctionne pas : non réemployable." in broken.sentences


@pytest.mark.parametrize("category", Category)
def test_every_category_has_rules_that_say_how_they_are_read(category: Category) -> None:
    rules = rulesets_for(category)
    assert rules
    assert all(one.source and one.reading for one in rules)


@given(st.integers(0, 32), st.integers(0, 1024), st.integers(0, 10**6), st.integers(0, 8), st.integers(0, 512))
def test_a_stronger_phone_never_gets_a_worse_grade(ram: int, size: int, antutu: int, more_ram: int, more: int) -> None:
    weak = grade_smartphone(SmartphoneSpec(ram_gb=ram, storage_gb=size, antutu=antutu))
    strong = grade_smartphone(SmartphoneSpec(ram_gb=ram + more_ram, storage_gb=size + more, antutu=antutu))
    assert weak.grade is not None
    assert strong.grade is not None
    assert strong.grade.at_least(weak.grade)


def test_the_weighted_total_is_rounded_as_the_published_program_does() -> None:
    """What is half a point or nearer below a word's bound gets the word."""
    weighted = SmartphoneSpec(ram_gb=3, storage_gb=64, antutu=150_000, weighting_percent=-5)  # 174 - 5 % = 165.3
    assert grade_smartphone(weighted, "smartphone_2026").total == 165
    half = SmartphoneSpec(ram_gb=1, storage_gb=32, antutu=350_000, weighting_percent=5)  # 157 + 5 % = 164.85
    assert grade_smartphone(half, "smartphone_2023").published == "C"
    assert grade_smartphone(half, "smartphone_2026").published == "B"


@given(
    st.integers(0, 32),
    st.integers(0, 1024),
    st.sampled_from([None, -100, -50, -10, -5, 0, 5, 10]),
    st.sampled_from(["smartphone_2023", "smartphone_2026"]),
)
def test_the_reasons_of_a_phone_add_up_to_its_total(ram: int, size: int, weighting: int | None, ruleset: str) -> None:
    graded = grade_smartphone(SmartphoneSpec(ram_gb=ram, storage_gb=size, weighting_percent=weighting), ruleset)
    assert sum(reason.points for reason in graded.reasons) == pytest.approx(graded.total)


@pytest.mark.parametrize("category", [Category.SMARTPHONE, Category.TABLET])
@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"ram_gb": 4096, "storage": [{"kind": "emmc", "size_gb": 64}]}, "ram_gb"),
        ({"ram_gb": 257, "storage": [{"kind": "emmc", "size_gb": 64}]}, "ram_gb"),
        ({"ram_gb": 4, "storage": [{"kind": "emmc", "size_gb": 65_536}]}, "storage_gb"),
    ],
)
def test_a_phone_whose_sizes_were_typed_in_megabytes_is_refused_beside_the_field(
    category: Category, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(ImpossibleSpec, match="4096 Mo font 4 Go") as refused:
        DeviceFacts.model_validate(facts).spec_for(category)
    assert refused.value.field == field
