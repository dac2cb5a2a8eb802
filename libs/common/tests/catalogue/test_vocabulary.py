"""Names, axes, models, published wording, estimation and the loading of data files."""

from datetime import date
from pathlib import Path

import pytest
from filiere.catalogue import (
    Battery,
    BrokenDataFile,
    Category,
    Cosmetic,
    Fault,
    ForbiddenClaim,
    Grade,
    ShownStatus,
    StorageKind,
    Tier,
    battery_state,
    check_published_text,
    estimate_cpu_mark,
    forbidden_claims,
    load,
    model_of,
    normalise_manufacturer,
    word_category,
)
from filiere.catalogue.datafiles import DATA, load_all, load_file
from filiere.catalogue.eligibility import EligibilityRules
from filiere.catalogue.grading.rules import PcRules
from filiere.catalogue.pricing_files import Ceilings, PriceList
from hypothesis import given
from hypothesis import strategies as st


def test_all_data_files_are_valid_and_all_are_read() -> None:
    assert load() == sorted(path.stem for path in DATA.glob("*.yaml"))


def test_people_read_the_eight_words_they_know() -> None:
    assert [status.label_fr for status in ShownStatus] == [
        "À traiter", "En cours de traitement", "Non réemployable", "Prêt à commander", "En cours de livraison",
        "Prêt à distribuer", "Distribué", "SAV",
    ]  # fmt: skip


def test_a_defect_is_what_the_guarantee_covers_and_nobody_asked_back() -> None:
    assert [fault for fault in Fault if not fault.is_covered] == [Fault.BATTERY, Fault.SYSTEM, Fault.DROPPED]
    assert {fault for fault in Fault if fault.is_covered} - {fault for fault in Fault if fault.is_defect} == {
        Fault.RECALLED
    }
    assert not any(fault.is_defect and not fault.is_covered for fault in Fault)
    assert len({fault.label_fr for fault in Fault}) == len(Fault)


def test_categories_agree_in_number() -> None:
    assert Category.LAPTOP.counted_fr(1) == "1 ordinateur portable"
    assert Category.TABLET.counted_fr(12) == "12 tablettes"
    assert Category.PRINTER.counted_fr(0) == "0 imprimante"


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("PC portable", Category.LAPTOP),
        ("Notebook", Category.LAPTOP),
        ("  ÉCRAN ", Category.MONITOR),
        ("Unité centrale", Category.DESKTOP),
        ("smartphone", Category.SMARTPHONE),
        ("basic_phone", Category.BASIC_PHONE),
        ("Imprimante multifonction", Category.PRINTER),
        ("serveur", None),
        ("", None),
    ],
)
def test_a_category_is_understood_as_donors_write_it(written: str, category: Category | None) -> None:
    assert word_category(written) is category


def test_every_word_shown_to_people_exists() -> None:
    for vocabulary in (Category, Grade, Cosmetic, Battery, StorageKind, ShownStatus, Tier):
        assert all(word.label_fr for word in vocabulary)


def test_a_premium_device_satisfies_an_order_for_c_and_not_the_reverse() -> None:
    assert Grade.PREMIUM.at_least(Grade.C)
    assert not Grade.D.at_least(Grade.C)


@pytest.mark.parametrize(
    ("percent", "state"),
    [(None, Battery.UNMEASURED), (100, Battery.GOOD), (80, Battery.GOOD), (79.9, Battery.FAIR), (64, Battery.WORN)],
)
def test_a_battery_is_judged_by_what_it_still_holds(percent: float | None, state: Battery) -> None:
    assert battery_state(percent) is state
    assert battery_state(percent, has_battery=False) is Battery.NONE


def test_a_maker_has_one_spelling() -> None:
    assert normalise_manufacturer("Hewlett-Packard") == normalise_manufacturer("HP Inc.") == "HP"
    assert normalise_manufacturer(" dell inc. ") == "Dell"
    assert normalise_manufacturer("Bricolo Micro") == "Bricolo Micro"
    assert normalise_manufacturer("To be filled by O.E.M.") is None
    model = model_of("LENOVO", "Lenovo ThinkPad T480")
    assert (model.label, model.known_manufacturer) == ("Lenovo ThinkPad T480", True)
    assert model_of(None, None).label == "—"


@pytest.mark.parametrize(
    "text",
    ["Vendu à l'état neuf", "en ETAT NEUF", "état-neuf", "Comme neuf !", "tablettes comme neuves", "Remis à neuf",
     "REMIS A NEUF", "remise\nà neuf", "un PC à neuf", "état  neuf"],
)  # fmt: skip
def test_a_refurbished_device_is_never_said_to_be_new(text: str) -> None:
    with pytest.raises(ForbiddenClaim, match="2022-190"):
        check_published_text(text)
    assert forbidden_claims(text)


@pytest.mark.parametrize(
    "text",
    ["Reconditionné, très bon état", "Ouvert de huit à neuf heures", "Il a neuf ans", "chargeur neuf", "neuf tablettes",
     "batterie neuve", "de sept à neuf postes", ""],
)  # fmt: skip
def test_honest_words_are_published(text: str) -> None:
    check_published_text(text)


@pytest.mark.parametrize(
    ("cpu", "low", "high"),
    [
        ("Intel(R) Core(TM)2 Duo CPU P8600 @ 2.40GHz", 0, 1999),
        ("Intel(R) Celeron(R) N4000 CPU @ 1.10GHz", 0, 1999),
        ("Intel(R) Core(TM) i5 CPU M 520 @ 2.40GHz", 0, 2499),
        ("Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz", 2000, 3499),
        ("Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz", 5000, 6999),
        ("Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz", 5000, 6999),
        ("11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz", 7000, 99_999),
        ("AMD Ryzen 5 5600U with Radeon Graphics", 7000, 99_999),
        ("AMD Ryzen 5 1600 Six-Core Processor", 5000, 12_000),
        ("Apple M1", 7000, 99_999),
    ],
)
def test_an_estimation_falls_on_the_right_step_of_the_grid(cpu: str, low: int, high: int) -> None:
    estimate = estimate_cpu_mark(cpu)
    assert estimate is not None
    assert low <= estimate.mark <= high
    assert "estimation de Filière" in estimate.sentence


def test_an_unknown_processor_is_estimated_from_the_year_or_not_at_all() -> None:
    by_year = estimate_cpu_mark("Zorglub 3000", 2016)
    assert by_year is not None
    assert "l'année de la machine (2016)" in by_year.sentence
    assert estimate_cpu_mark("Zorglub 3000") is None
    assert estimate_cpu_mark(None, None) is None


@given(st.text(max_size=60), st.integers(1980, 2100))
def test_an_estimation_never_fails_on_what_an_audit_reads(cpu: str, year: int) -> None:
    estimate = estimate_cpu_mark(cpu, year)
    assert estimate is not None
    assert estimate.mark >= 100


def broken(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of a data file with one thing changed."""
    text = (DATA / f"{name}.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / f"{name}.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_a_broken_price_list_is_refused_with_its_place(tmp_path: Path) -> None:
    path = broken(tmp_path, "prices_2026", "D: 4000", "D: 40000")
    with pytest.raises(BrokenDataFile, match=r"(?s)prices_2026\.yaml.*laptop → solidary.*D costs more than C"):
        load_file(PriceList, path)


def test_a_default_ceiling_above_the_law_is_refused(tmp_path: Path) -> None:
    path = broken(tmp_path, "ceilings_2022", "default: 18000", "default: 18001")
    with pytest.raises(BrokenDataFile, match="above the legal one"):
        load_file(Ceilings, path)


def test_rules_that_climb_the_wrong_way_are_refused(tmp_path: Path) -> None:
    path = broken(tmp_path, "pc_2025", "[[4, 0], [5, 1]", "[[4, 2], [5, 1]")
    with pytest.raises(BrokenDataFile, match="marks may not fall"):
        load_file(PcRules, path)


def test_a_misspelt_key_sentence_or_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenDataFile, match="storage_caped_at"):
        load_file(PcRules, broken(tmp_path, "pc_2025", "storage_capped_at", "storage_caped_at"))
    with pytest.raises(BrokenDataFile, match="too_old"):
        load_file(EligibilityRules, broken(tmp_path, "eligibility_2023", "{age}", "{ages}"))
    with pytest.raises(BrokenDataFile, match="le nom doit être celui du fichier"):
        load_file(Ceilings, broken(tmp_path, "ceilings_2022", "name: ceilings_2022", "name: ceilings_2021"))
    with pytest.raises(BrokenDataFile, match="lecture impossible"):
        load_file(Ceilings, broken(tmp_path, "ceilings_2022", "ceilings:", "ceilings: ["))
    with pytest.raises(BrokenDataFile, match="Aucun fichier"):
        load_all(Ceilings, "nothing_*.yaml", tmp_path)


def test_versions_are_read_in_the_order_they_came_into_force() -> None:
    assert [one.valid_from for one in load_all(PriceList, "prices_*.yaml").values()] == [
        date(2023, 1, 1),
        date(2026, 1, 1),
    ]
