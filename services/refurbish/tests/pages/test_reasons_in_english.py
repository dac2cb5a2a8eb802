"""Whoever reads English reads the refusals in English: of the gate, of reports of erasures, of every step."""

from pathlib import Path

import pytest
import refurbish
from filiere.testing.translations import sentences
from filiere.web.i18n import catalogue_of

REFURBISH = Path(refurbish.__file__).parent
ENGLISH = catalogue_of(REFURBISH)
SAY = [
    *sorted(REFURBISH.rglob("errors.py")),
    REFURBISH / "aliases" / "kinds.py",
    REFURBISH / "audits" / "reading.py",
    *(REFURBISH / "devices" / name for name in ("gate.py", "rules.py", "erasure_levels.py")),
    *(REFURBISH / "erasure" / "reports" / f"{name}.py" for name in ("aside", "questions", "reading", "report")),
    *(
        REFURBISH / "erasure" / "reports" / f"{name}.py"
        for name in ("blancco", "hdparm", "nvme", "nwipe_log", "nwipe_pdf")
    ),
]


@pytest.mark.parametrize("path", SAY, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_that_refuses_or_asks_has_its_english(path: Path) -> None:
    assert [text for text in sentences(path) if ENGLISH.told(text) == text] == []


def test_a_question_keeps_what_the_report_says_as_it_was_written() -> None:
    said = "Ce rapport est d'un autre disque : Écran-7."
    assert ENGLISH.told(said) == "This report is of another disk: Écran-7."
    assert ENGLISH.told("512 Go en 3 secondes : aucun disque de ce type n'écrit si vite.").startswith("512 GB in 3")
