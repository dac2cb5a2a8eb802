"""Whoever reads English reads the refusals in English."""

from pathlib import Path

import distribute
import pytest
from filiere.testing.translations import sentences
from filiere.web.i18n import catalogue_of

DISTRIBUTE = Path(distribute.__file__).parent
ENGLISH = catalogue_of(DISTRIBUTE)
SAY = [
    *sorted(DISTRIBUTE.rglob("errors.py")),
    *(DISTRIBUTE / f"{name}.py" for name in ("publics", "line_quotes", "remarks")),
]


@pytest.mark.parametrize("path", SAY, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_sentence_that_refuses_has_its_english(path: Path) -> None:
    assert [text for text in sentences(path) if ENGLISH.told(text) == text] == []
