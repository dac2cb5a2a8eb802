"""Whoever reads English reads the reasons in English: every sentence that the rules, files and workshops may say."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import collect
import filiere
import pytest
from collect.documents.kinds import DocumentKind
from collect.documents.valuation import Method
from collect.donations.status import DonationStatus
from collect.eligibility.judge import RULES, Judge, LineVerdict
from collect.eligibility.lines import FLAGS, equipment
from collect.eligibility.unknown import uncertain
from filiere.catalogue import Category
from filiere.catalogue.advice import advice_files
from filiere.catalogue.eligibility import eligibility_rulesets
from filiere.catalogue.errors import IncompleteSpec
from filiere.catalogue.grades import Cosmetic, StorageKind
from filiere.catalogue.grading.other_devices import grade_state
from filiere.catalogue.grading.pc import grade_pc
from filiere.catalogue.grading.result import Grading
from filiere.catalogue.grading.smartphone import grade_smartphone
from filiere.catalogue.grading.specs import PcSpec, PhoneState, SmartphoneSpec, StateSpec, Storage
from filiere.geography import departement_of_postcode
from filiere.identifiers import normalise_imei, normalise_siren, normalise_siret, parse_code, parse_label
from filiere.testing.translations import sentences
from filiere.web.i18n import WEB_LOCALES, Catalogue
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain, laptop

COLLECT, FILIERE = Path(collect.__file__).parent, Path(filiere.__file__).parent
ENGLISH = Catalogue([WEB_LOCALES, COLLECT / "locales"])
# What is said of a line, a file, a day or a workshop is written in these.
SAY = [
    *COLLECT.rglob("errors.py"),
    COLLECT / "imports" / "correction.py",
    COLLECT / "lots" / "sharing.py",
    *(COLLECT / "eligibility" / name for name in ("judge.py", "unknown.py")),
    *(COLLECT / "imports" / f"{name}.py" for name in ("inventories", "own_export", "parsing", "reading", "rows")),
    *(COLLECT / "imports" / f"{name}.py" for name in ("workbooks", "repository", "declared_before_repository")),
    COLLECT / "donations" / "draft_repository.py",
    *(COLLECT / "workshops" / f"{name}.py" for name in ("suggestion", "splitting")),
    *(COLLECT / "documents" / f"{name}.py" for name in ("job", "kinds")),
    *(FILIERE / name / "reading.py" for name in ("inventories", "sheets")),
]


def is_french(sentence: str) -> bool:
    """Whether nothing of it was translated: no sentence is the same in both languages, one word is."""
    return ENGLISH.told(sentence) == sentence and not sentence.endswith(("smartphone", "smartphones"))


@pytest.mark.parametrize("path", SAY, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_of_a_module_that_gives_reasons_has_its_english(path: Path) -> None:
    assert [text for text in sentences(path) if is_french(text)] == []


def test_the_walk_sees_what_it_is_for() -> None:
    found = {path.name: list(sentences(path)) for path in SAY}
    assert "En double : même 7 que la ligne 7." in found["judge.py"]
    assert any(text.startswith("Déjà déclaré : même 7") for text in found["declared_before_repository.py"])
    assert is_french("Une phrase que personne n'a traduite.")


def test_the_rules_their_advice_and_the_words_of_documents_have_their_english() -> None:
    said = [
        re.sub(r"\{(\w+)\}", "7", sentence)
        for rules in eligibility_rulesets().values()
        for sentence in rules.sentences.model_dump().values()
    ]
    said += [text for file in advice_files().values() for text in file.advice.values()]
    said += [*RULES.values(), *FLAGS.values(), *(verdict.label_fr for verdict in LineVerdict)]
    said += [text for kind in DocumentKind for text in (kind.label_fr, kind.about_fr)]
    said += [method.label_fr for method in Method]
    said += [status.label_fr.capitalize() for status in DonationStatus]  # as a filter of the list says them
    said += [text for kind in Category for text in (kind.label_fr, kind.plural_fr, kind.counted_fr(12))]
    assert [text for text in said if is_french(text)] == []


@given(
    category=st.none() | st.sampled_from(["Ordinateur de bureau", "téléphone à touches", "fauteuil", "PC Mac"]),
    model=st.none() | st.sampled_from(["EliteBook 840 G5", "iPad Air", "Galaxy S9", "P2214H"]),
    year=st.none() | st.integers(1990, 2040),
    ram_gb=st.none() | st.sampled_from([0.5, 1.0, 2.0, 16.0]),
    storage_gb=st.none() | st.sampled_from([8.0, 32.0, 512.0]),
)  # fmt: skip
def test_whatever_a_line_is_refused_for_is_said_in_english(
    category: str | None, model: str | None, year: int | None, ram_gb: float | None, storage_gb: float | None
) -> None:
    line = equipment(category=category, model=model, year=year, ram_gb=ram_gb, storage_gb=storage_gb, serial="5CG1")
    judge = Judge(date(2026, 11, 30))
    why = uncertain(line)
    reasons = [why[1]] if why else [judge.judge(n, line.equipment).reason for n in (1, 2)]
    for reason in reasons:
        english = re.sub("“.*?”", "", ENGLISH.told(reason))  # what somebody wrote stays as it was written
        assert english != reason
        assert not re.search(r"\b(ligne|pour|Écrivez|ans|demandés|ordinateur|bureau|touches)\b", english), english


def no_french_in(grading: Grading) -> None:
    """The history of a device and its public sheet quote a grade's reasons."""
    assert [sentence for sentence in grading.sentences if is_french(sentence)] == []
    english = " ".join(ENGLISH.told(sentence) for sentence in grading.sentences)
    assert not re.search(r"\b(Go|de|mieux|catégorie|atelier|aspect|ou|processeur)\b", english), english


@given(
    media=st.lists(
        st.builds(Storage, kind=st.sampled_from(list(StorageKind)), size_gb=st.integers(0, 4000)), max_size=3
    ),
    ram_gb=st.sampled_from([0.5, 2.0, 8.0, 16.0]),
    cpu_mark=st.none() | st.integers(0, 20_000),
    cpu=st.sampled_from(["Intel Core i5-8250U", "AMD Ryzen 7 5800U", "Intel Celeron N4020", "Z80"]),
    os=st.sampled_from([None, "Windows 10", "Linux"]),
    deltas=st.tuples(st.integers(-10, 10), st.integers(-10, 10)),
    ruleset=st.sampled_from(["pc_2023", "pc_2025"]),
)
def test_why_a_computer_has_its_grade_is_said_in_english(
    media: list[Storage],
    ram_gb: float,
    cpu_mark: int | None,
    cpu: str,
    os: str | None,
    deltas: tuple[int, int],
    ruleset: str,
) -> None:
    more = {"technical_delta": deltas[0], "cosmetic_delta": deltas[1], "year": 2018}
    try:
        grading = grade_pc(
            PcSpec(ram_gb=ram_gb, storage=tuple(media), cpu_mark=cpu_mark, cpu=cpu, os=os, **more), ruleset
        )
    except IncompleteSpec:
        return
    no_french_in(grading)


@given(
    ram_gb=st.sampled_from([1.0, 2.0, 4.0]),
    storage_gb=st.sampled_from([16.0, 32.0, 128.0]),
    antutu=st.none() | st.integers(0, 900_000),
    state=st.sampled_from(list(PhoneState)),
    weighting=st.sampled_from([None, -10]),
)
def test_why_a_phone_has_its_grade_is_said_in_english(
    ram_gb: float, storage_gb: float, antutu: int | None, state: PhoneState, weighting: int | None
) -> None:
    spec = SmartphoneSpec(ram_gb=ram_gb, storage_gb=storage_gb, antutu=antutu, state=state, weighting_percent=weighting)
    no_french_in(grade_smartphone(spec))


@given(st.builds(StateSpec, works=st.booleans(), cosmetic=st.sampled_from(list(Cosmetic)), minor_defect=st.booleans()))
def test_why_a_monitor_has_its_grade_is_said_in_english(spec: StateSpec) -> None:
    no_french_in(grade_state(spec))


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (parse_code, "AAAA"),
        (parse_code, "AAAAA-AAAAA-B"),
        (parse_label, "FIL-1"),
        (parse_label, "FIL-AAAAA-B"),
        (normalise_siren, "12"),
        (normalise_siret, "12"),
        (normalise_imei, "12"),
        (departement_of_postcode, "1"),
        (departement_of_postcode, "99999"),
    ],
)
def test_what_is_wrong_with_a_number_is_said_in_english(read: Callable[[str], object], written: str) -> None:
    with pytest.raises(ValueError, match=written) as refused:
        read(written)
    assert not is_french(str(refused.value))
    assert "aucun" not in ENGLISH.told(str(refused.value))


async def test_a_donor_who_reads_english_reads_why_and_what_to_do(chain: Chain) -> None:
    donation = await chain.declare(laptop(), laptop(serial="X1", year=2009), laptop(serial="X2", ram_gb=2))
    browser = await chain.client.login("camille")
    page = (await browser.get(f"/dons/{donation['id']}/lignes?lang=en")).text
    assert "Too old: laptop of 2009" in page
    assert "Too little memory (laptop): 2 GB where 4 GB are asked for." in page
    assert "To be given to a recycler" in page
    for french in ("Trop ancien", "insuffisante", "À confier", "demandés"):
        assert french not in page, french


async def test_the_sheet_of_lines_says_what_the_page_says(chain: Chain) -> None:
    listed = b"Type;Marque;Ann\xc3\xa9e\nPortable;Dell;2022\nPortable;Dell;2009\nFauteuil;Ikea;2022"
    files = {"file": ("parc.csv", listed, "text/csv")}
    read = await chain.donor.post("/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files=files)
    draft = (await chain.donor.post(f"/api/v1/donations/imports/{read.json()['import_id']}/draft")).json()
    browser = await chain.client.login("camille")
    sheet = f"/dons/{draft['donation_id']}/lignes.csv"
    french = (await browser.get(f"{sheet}?lang=fr")).text.replace("\u00a0", " ").splitlines()
    assert [row.split(";")[11] for row in french[1:]] == ["Acceptée", "Refusée", "Non déclarée, à corriger"]
    english = (await browser.get(f"{sheet}?lang=en")).text.splitlines()
    assert "Too old: laptop of 2009" in english[2]
    assert "Fauteuil" in english[3]
    assert "is no known equipment" in english[3]
    for word in ("Refusé", "corriger", "Trop ancien", "À confier"):
        assert word not in "".join(english[1:]), word


def test_one_word_for_a_line_that_is_taken() -> None:
    """« Acceptée » and « Recevable » stood for the same verdict on two pages."""
    sources = Path(__file__).parents[1] / "src"
    said = [
        path for kind in ("*.py", "*.html", "*.po") for path in sources.rglob(kind) if "ecevable" in path.read_text()
    ]
    assert said == []
