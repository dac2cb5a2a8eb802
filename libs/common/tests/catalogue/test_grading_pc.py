"""Computers are graded as the published rule sets say."""

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from filiere.catalogue import (
    Category,
    DeviceFacts,
    Grade,
    IncompleteSpec,
    NothingInForce,
    PcSpec,
    Storage,
    StorageKind,
    UnknownRuleset,
    grade,
    grade_by,
    grade_pc,
    in_force_for,
    rulesets_for,
)
from hypothesis import given
from hypothesis import strategies as st

KINDS = {"": "unknown", "HDD": "hdd", "SSD": "ssd", "NVME": "nvme", "SSD NVME": "nvme"}
RULESETS = st.sampled_from(["pc_2023", "pc_2025", "pc_2026"])


def published_vectors() -> list[dict[str, str]]:
    """The expected categories published with the 2023 rules; read beside the repository when they are there."""
    for parent in Path(__file__).parents:
        path = parent / "shared" / "samples" / "grading" / "pc_2023_vectors.csv"
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                return list(csv.DictReader(lines))
    return []


def pc(**said: Any) -> PcSpec:
    """A sound one but for what is said."""
    facts = {"ram": 8, "kind": "ssd", "size": 256, "cpu": 6000} | said
    storage = [{"kind": facts.pop("kind"), "size_gb": facts.pop("size")}]
    return PcSpec.model_validate({"ram_gb": facts.pop("ram"), "storage": storage, "cpu_mark": facts.pop("cpu")} | facts)


def test_the_published_expectations_of_2023_are_reproduced() -> None:
    vectors = published_vectors()
    if not vectors:
        pytest.skip("the published vectors are not on this machine")
    for row in vectors:
        media = [
            Storage(kind=StorageKind(KINDS[row[f"disk{n}_type"]]), size_gb=number(row[f"disk{n}_size"]))
            for n in (1, 2)
            if row[f"disk{n}_size"]
        ]
        spec = PcSpec(ram_gb=number(row["ram"]), storage=tuple(media), cpu_mark=int(row["cpu_index"]))
        assert grade_pc(spec, "pc_2023").published == row["expected_category"], row
    assert len(vectors) == 70


def number(text: str) -> float:
    return float(re.sub(r"[^0-9.]", "", text))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (pc(ram=16, size=512, cpu=7000), Grade.PREMIUM),
        (pc(ram=8, size=256, cpu=5000), Grade.A),
        (pc(ram=8, size=128, cpu=3500), Grade.B),
        (pc(ram=4, size=128, cpu=2000), Grade.C),
        (pc(ram=2, size=32, cpu=900), Grade.D),
    ],
)
def test_the_2025_rules_go_from_premium_to_d(spec: PcSpec, expected: Grade) -> None:
    assert grade_pc(spec).grade is expected
    assert grade_pc(spec).ruleset == "pc_2025"


@pytest.mark.parametrize(
    ("field", "below", "at"),
    [
        ("ram", 3.9, 4),
        ("ram", 4.9, 5),
        ("ram", 7.9, 8),
        ("ram", 15.9, 16),
        ("size", 63, 64),
        ("size", 127, 128),
        ("size", 199, 200),
        ("size", 499, 500),
        ("cpu", 1999, 2000),
        ("cpu", 3499, 3500),
        ("cpu", 4999, 5000),
        ("cpu", 6999, 7000),
    ],
)
def test_a_published_threshold_counts_from_its_value(field: str, below: float, at: float) -> None:
    assert grade_pc(pc(**{field: at})).total == grade_pc(pc(**{field: below})).total + 1


def test_a_hard_disk_is_at_best_b_and_at_best_c_with_a_weak_processor() -> None:
    assert grade_pc(pc(ram=32, kind="hdd", size=1000, cpu=20_000)).grade is Grade.B
    assert grade_pc(pc(ram=32, kind="hdd", size=1000, cpu=2499)).grade is Grade.C
    assert grade_pc(pc(ram=32, kind="unknown", size=1000, cpu=2499)).grade is Grade.C


def test_windows_10_is_at_best_b_and_another_system_is_not() -> None:
    strong = {"ram": 16, "size": 512, "cpu": 9000}
    assert grade_pc(pc(**strong, os="Microsoft Windows 10 Pro")).grade is Grade.B
    assert grade_pc(pc(**strong, os="Linux Mint 22")).grade is Grade.PREMIUM


def test_a_cap_holds_whatever_the_deltas() -> None:
    capped = grade_pc(pc(ram=16, kind="hdd", size=500, cpu=9000, technical_delta=10, cosmetic_delta=10))
    assert capped.grade is Grade.B
    assert "Disque dur : au mieux B (−23 points)." in capped.sentences


def test_a_system_on_ssd_is_not_capped_by_its_data_disk() -> None:
    both = PcSpec(
        ram_gb=16,
        storage=(Storage(kind=StorageKind.SSD, size_gb=256), Storage(kind=StorageKind.HDD, size_gb=1000)),
        cpu_mark=9000,
    )
    assert grade_pc(both).grade is Grade.PREMIUM
    assert "Stockage compté pour 4 points au plus : −1 point." in grade_pc(both).sentences


def test_nvme_brings_one_point_once() -> None:
    medium = {"kind": "nvme", "size_gb": 256}
    one = PcSpec.model_validate({"ram_gb": 8, "storage": [medium], "cpu_mark": 3500})
    assert grade_pc(one).total == grade_pc(pc(cpu=3500)).total + 1


def test_2023_knows_unsellable_machines_and_prints_hors_categorie_as_d() -> None:
    unsellable = grade_pc(pc(ram=2), "pc_2023")
    assert (unsellable.published, unsellable.grade) == ("INVENDABLE", None)
    out = grade_pc(pc(ram=4, kind="hdd", size=160, cpu=1200), "pc_2023")
    assert (out.published, out.grade) == ("HC", Grade.D)


def estimated() -> PcSpec:
    return PcSpec(
        ram_gb=8,
        storage=(Storage(kind=StorageKind.SSD, size_gb=256),),
        cpu="Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz",
    )


def test_an_estimated_processor_says_so() -> None:
    graded = grade_pc(estimated())
    assert any("estimation" in sentence for sentence in graded.sentences)
    assert graded.notes


def test_what_is_missing_is_asked_for_in_french() -> None:
    with pytest.raises(IncompleteSpec, match="indice PassMark"):
        grade_pc(pc(cpu=None))
    with pytest.raises(IncompleteSpec, match="Sans disque"):
        grade_pc(pc(kind="none"))
    with pytest.raises(IncompleteSpec, match="mémoire vive"):
        grade(Category.LAPTOP, DeviceFacts(cpu_mark=3000), date(2026, 1, 1))
    with pytest.raises(UnknownRuleset, match="pc_1999"):
        grade_pc(pc(), "pc_1999")


def test_the_day_chooses_the_rule_set() -> None:
    weak = pc(ram=3)
    assert grade(Category.LAPTOP, weak, date(2024, 12, 31)).ruleset == "pc_2023"
    assert grade(Category.LAPTOP, weak, date(2024, 12, 31)).grade is None
    assert grade(Category.DESKTOP, weak, date(2025, 1, 1)).ruleset == "pc_2025"
    with pytest.raises(NothingInForce, match="01/01/2020"):
        grade(Category.LAPTOP, weak, date(2020, 1, 1))


media = st.lists(
    st.builds(
        Storage,
        kind=st.sampled_from([kind for kind in StorageKind if kind is not StorageKind.NONE]),
        size_gb=st.integers(0, 4000).map(float),
    ),
    min_size=1,
    max_size=3,
)
specs = st.builds(
    PcSpec,
    ram_gb=st.integers(0, 64).map(float),
    storage=media.map(tuple),
    cpu_mark=st.integers(0, 30_000),
    os=st.sampled_from([None, "Windows 10", "Windows 11", "Linux Mint"]),
    technical_delta=st.integers(-3, 3),
    cosmetic_delta=st.integers(-3, 3),
)


def rank(spec: PcSpec, ruleset: str) -> int:
    found = grade_pc(spec, ruleset).grade
    return 99 if found is None else found.rank


@given(specs, RULESETS)
def test_the_reasons_add_up_to_the_total(spec: PcSpec, ruleset: str) -> None:
    graded = grade_pc(spec, ruleset)
    assert sum(reason.points for reason in graded.reasons) == graded.total
    assert all(sentence.endswith(".") for sentence in graded.sentences)


@given(specs, RULESETS, st.integers(0, 32), st.integers(0, 20_000))
def test_a_stronger_machine_never_gets_a_worse_grade(spec: PcSpec, ruleset: str, ram: int, cpu: int) -> None:
    stronger = spec.model_copy(update={"ram_gb": spec.ram_gb + ram, "cpu_mark": (spec.cpu_mark or 0) + cpu})
    assert rank(stronger, ruleset) <= rank(spec, ruleset)
    bigger = tuple(medium.model_copy(update={"size_gb": medium.size_gb * 2}) for medium in spec.storage)
    assert rank(spec.model_copy(update={"storage": bigger}), ruleset) <= rank(spec, ruleset)


@given(specs)
def test_a_computer_without_flash_is_never_above_b_since_2025(spec: PcSpec) -> None:
    if not any(medium.kind.is_flash for medium in spec.storage):
        assert rank(spec, "pc_2025") >= Grade.B.rank


def second_program(cpu: int, ram: int, size: int, kind: str) -> str:
    """The words of the second program that audit-linux 4.4 publishes, from its thresholds, and nothing of ours."""

    def step(value: int, bounds: tuple[int, ...]) -> int:
        return sum(value >= bound for bound in bounds)

    words, weak = ["D", "C", "B", "A", "PREMIUM"], cpu < 3500
    points = step(cpu, (2000, 3500, 5000, 7000)) + step(ram, (4, 5, 8, 16))
    points += step(size, (160, 256, 1000)) if kind == "hdd" else step(size, (64, 128, 200, 500))
    points += kind == "nvme" and not weak
    at_best = len(words) if not weak else 1 if kind == "hdd" else 2
    return words[min(step(points, (4, 6, 8, 11)), at_best)]


@pytest.mark.parametrize("kind", ["hdd", "ssd", "nvme"])
def test_the_rules_on_trial_say_what_the_second_published_program_says(kind: str) -> None:
    """Every combination that the program checks itself on: its bounds are taken as published, without a margin."""
    sizes = (12, 160, 250, 256, 1000, 1500) if kind == "hdd" else (50, 64, 100, 128, 200, 250, 500, 700)
    for cpu in (1800, 2000, 3000, 3500, 4000, 5000, 6000, 7000, 7100):
        for ram in (1, 3, 4, 5, 6, 8, 14, 16, 20):
            for size in sizes:
                published = grade_pc(pc(ram=ram, kind=kind, size=size, cpu=cpu), "pc_2026").published
                assert published == second_program(cpu, ram, size, kind), (cpu, ram, size)


def test_a_bound_is_taken_without_the_margin_that_its_source_gave_up() -> None:
    """6 % under a bound is under it (audit-linux 2.7.1: the margin is 1.0)."""
    assert grade_pc(pc(ram=8, size=256, cpu=6999)).total == grade_pc(pc(ram=8, size=256, cpu=6600)).total
    assert grade_pc(pc(ram=7, size=256, cpu=5000)).total < grade_pc(pc(ram=8, size=256, cpu=5000)).total


def test_on_trial_only_the_disk_of_the_system_counts() -> None:
    both = (Storage(kind=StorageKind.HDD, size_gb=2000), Storage(kind=StorageKind.SSD, size_gb=128))
    spec = PcSpec(ram_gb=8, storage=both, cpu_mark=6000)
    assert grade_pc(spec, "pc_2026").total == grade_pc(pc(size=128), "pc_2026").total


def test_rules_on_trial_are_in_force_on_no_day() -> None:
    later = date(2026, 12, 1)
    assert {rules.name for rules in rulesets_for(Category.LAPTOP)} > {"pc_2025", "pc_2026"}
    assert grade(Category.LAPTOP, pc(), later).ruleset == in_force_for(Category.LAPTOP, later).name == "pc_2025"
    assert grade_by("pc_2026", Category.LAPTOP, pc()).ruleset == "pc_2026"
    with pytest.raises(UnknownRuleset, match="smartphone_2023"):
        grade_by("smartphone_2023", Category.LAPTOP, pc())
