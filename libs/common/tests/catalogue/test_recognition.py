"""A device is what its word, its model and its system say together; what is not sure is asked about."""

import csv
from pathlib import Path

import pytest
from filiere.catalogue import Category, Doubt, recognise, word_category
from hypothesis import given
from hypothesis import strategies as st

CASES = Path(__file__).parents[5] / "shared" / "cases" / "fleets"
WORDS = {
    Category.LAPTOP: ["PC portables", "Ordinateurs portables HP", "MacBook Pro", "Netbook", "Portable 14 pouces",
        "Laptop/Notebook", "Detachable", "Mobile workstation",
        "2-en-1", "P.C. portable", "Notebook PC", "Ordinateur_portable", "9", "10"],
    Category.DESKTOP: ["Desktop Computer", "AIO", "Micro PC", "NUC", "Small Form Factor", "PC bureau", "Tower PC",
        "Poste de travail", "ordi fixe", "3", "35"],
    Category.MONITOR: ["Écran LCD", "Moniteur LED", "Écran 24 pouces", "ComputerMonitor", "Écrans PC",
        "Lot de 3 écrans"],
    Category.SMARTPHONE: ["Smartphone Android", "GSM", "Telephone mobile", "iphone", "Smartphones iPhone"],
    Category.TABLET: ["iPad Air", "Tablette Android", "TABLETTE"],
    Category.PRINTER: ["Imprimante multifonctions", "imprimante laser couleur"],
    Category.BASIC_PHONE: ["Téléphone", "téléphones à touches"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("category", "word"), [(category, word) for category, words in WORDS.items() for word in words]
)
def test_plain_equipment_is_known_however_it_is_written(category: Category, word: str) -> None:
    assert word_category(word) is category
    assert recognise(word).category is category


@pytest.mark.parametrize(
    ("word", "doubt"),
    [
        ("Serveur", Doubt.NOT_TAKEN),
        ("Vidéoprojecteur", Doubt.NOT_TAKEN),
        ("Client léger", Doubt.NOT_TAKEN),
        ("Tablette graphique", Doubt.NOT_TAKEN),
        ("Station d'accueil pour PC portable", Doubt.NOT_TAKEN),
        ("UC + écran", Doubt.SEVERAL),
        ("Zorglub", Doubt.UNKNOWN),
        ("Ornamental Railings", Doubt.UNKNOWN),
        ("", Doubt.MISSING),
        ("Unknown", Doubt.MISSING),
        ("Autre", Doubt.MISSING),
        ("99", Doubt.MISSING),
    ],
)
def test_what_is_no_such_equipment_is_said_for_what_it_is(word: str, doubt: Doubt) -> None:
    assert recognise(word).category is None
    assert recognise(word).doubt is doubt


@pytest.mark.parametrize(
    ("word", "manufacturer", "model", "category", "doubt"),
    [
        ("Ordinateur", "Lenovo", "ThinkPad E595", Category.LAPTOP, Doubt.FROM_MODEL),
        ("PC", "HP", "EliteBook 840 G5", Category.LAPTOP, Doubt.FROM_MODEL),
        ("PC", "Apple", "MacBook Air", Category.LAPTOP, Doubt.FROM_MODEL),
        ("Ordinateur", "Dell", "OptiPlex 3060", Category.DESKTOP, None),
        ("Téléphone", "Apple", "iPhone 12", Category.SMARTPHONE, Doubt.FROM_MODEL),
        ("Téléphone", "Nokia", "Nokia 105", Category.BASIC_PHONE, None),
        ("Téléphone", "Alcatel", "8028S", None, Doubt.NOT_TAKEN),
        ("Portable", "Samsung", "Galaxy A40", Category.SMARTPHONE, Doubt.FROM_MODEL),
        ("Portable", "Apple", "iPhone 12", Category.SMARTPHONE, Doubt.FROM_MODEL),
        ("Portable", "Dell", "Latitude 5490", Category.LAPTOP, None),
        ("Unknown", "Apple", "iPad (9th generation)", Category.TABLET, Doubt.FROM_MODEL),
        ("", "HP", "EliteBook 840 G5", Category.LAPTOP, Doubt.FROM_MODEL),
        ("Smartphone", "Samsung", "Galaxy Tab A8", Category.TABLET, Doubt.CORRECTED),
        ("Ordinateur de bureau", "HP", "ProBook 450 G7", Category.LAPTOP, Doubt.CORRECTED),
        ("Imprimante", "Apple", "iPad", None, Doubt.CONTRADICTION),
        ("Écran", "Samsung", "Galaxy A52", None, Doubt.CONTRADICTION),
        ("Serveur", "Dell", "PowerEdge R640", None, Doubt.NOT_TAKEN),
    ],
)
def test_the_word_is_not_believed_against_the_model(
    word: str, manufacturer: str, model: str, category: Category | None, doubt: Doubt | None
) -> None:
    found = recognise(word, manufacturer, model)
    assert (found.category, found.doubt) == (category, doubt)


@pytest.mark.parametrize(
    ("word", "system", "has_imei", "category"),
    [
        ("Unknown", "Android (Corporate-Owned Work Profile)", True, Category.SMARTPHONE),
        ("Unknown", "Android", False, None),
        ("", "iPadOS", False, Category.TABLET),
        ("", "iOS/iPadOS", True, None),
        ("", "Windows", False, None),
        ("Téléphone", "Android", True, Category.SMARTPHONE),
        ("Ordinateur", "Windows 10", False, Category.DESKTOP),
    ],
)
def test_the_system_speaks_where_neither_word_nor_model_does(
    word: str, system: str, has_imei: bool, category: Category | None
) -> None:
    assert recognise(word, "Zorglub", "X1", system, has_imei=has_imei).category is category


TEXT = st.text(max_size=150)


@given(TEXT, TEXT, TEXT, TEXT, st.booleans())
def test_any_text_is_a_category_or_a_doubt(word: str, maker: str, model: str, system: str, has_imei: bool) -> None:
    found = recognise(word, maker, model, system, has_imei=has_imei)
    assert (found.category is None) <= (found.doubt is not None)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside this checkout")
def test_of_the_words_met_in_files_only_what_nobody_takes_is_left() -> None:
    with (CASES / "categories.csv").open(encoding="utf-8-sig") as file:
        words = [row["Type"] for row in csv.DictReader(file, delimiter=";")]
    left = {word for word in words if recognise(word).category is None}
    assert left == {"Client léger", "Thin Client", "Serveur", "Tablette graphique", "Vidéoprojecteur", "UC + écran"}
