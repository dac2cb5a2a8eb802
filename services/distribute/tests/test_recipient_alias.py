"""An identity is refused as a repère, however it is written; what means something at the Relais only is kept."""

import contextlib
from datetime import date

import pytest
from distribute.recipient_alias import MAX_ALIAS, alias, no_contact
from hypothesis import assume, given
from hypothesis import strategies as st

FIRST = ["Marie", "Awa", "Jean", "Élodie", "Олена", "محمد", "Nguyễn", "Fatoumata", "Jean-Luc", "Loup"]
LAST = ["Dupont", "Diallo", "Коваль", "علی", "O'Neil", "Petit", "Traoré", "Martin", "Ben Ali", "Le Goff"]
WRITTEN = [str, str.lower, str.upper, str.title, str.swapcase]
JOINED = [" ", "  ", "-", ".", "_", ", ", " - ", "/", "\u00a0", "+"]


@given(
    st.sampled_from(FIRST), st.sampled_from(LAST), st.sampled_from(JOINED), st.sampled_from(WRITTEN), st.booleans(),
    st.sampled_from(["", "Mme ", "dossier ", "pour "]), st.sampled_from(["", " 12", " (mardi)"]),
)  # fmt: skip
def test_a_first_and_a_last_name_are_refused_in_any_case_order_and_joint(
    first: str, last: str, joint: str, written: object, is_reversed: bool, before: str, after: str
) -> None:
    assert callable(written)
    one, other = (last, first) if is_reversed else (first, last)
    text = f"{before}{written(f'{one}{joint}{other}')}{after}"
    assume(len(text) <= MAX_ALIAS)
    with pytest.raises(ValueError) as refused:
        alias(text)
    assert " ".join(text.split()) not in str(refused.value)


@given(st.sampled_from(["m", "M.", "mme", "MME", "Mlle", "monsieur", "Madame", "dr"]), st.sampled_from(LAST))
def test_a_title_with_a_name_is_refused(title: str, last: str) -> None:
    with pytest.raises(ValueError):
        alias(f"{title} {last}")


@pytest.mark.parametrize(
    "text",
    ["marie dupont", "MARIE DUPONT", "marie.dupont", "MarieDupont", "awaDiallo", "a. diallo", "A.Diallo",
     "jean-luc dupont", "marie-dupont", "marie dupont 12", "awa(at)exemple.fr", "awa exemple.fr", "12 mai 1980",
     "1er mars 1980", "1980-0512", "2016-0512", "2026-114-12", "+33 6 12 34 56 78", "06 - 12 - 34", "(06) 12 34 56",
     "王小明", "王 小明", "김민수"],
)  # fmt: skip
def test_what_was_kept_once_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        alias(text)


@pytest.mark.parametrize(
    "text",
    ["Dossier 2026-114", "dossier 114/2026", "2026-7", "A-17", "Awa D.", "awa d", "Zébulon", "Jean-Luc", "marie-laure",
     "K.", "tablette du mardi", "table 4 bleue", "Famille 12", "la dame du lundi", "B 203", "rdv mardi 14", "M 17"],
)  # fmt: skip
def test_what_means_something_at_the_relais_only_is_kept(text: str) -> None:
    assert alias(text) == text


@given(st.dates(date(1910, 1, 1), date(2025, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%y",
       "%d%m%Y", "%Y%m%d", "%d %m %Y"]))  # fmt: skip
def test_a_birthday_is_refused_however_it_is_written(day: date, written: str) -> None:
    with pytest.raises(ValueError):
        no_contact(day.strftime(written))


@given(st.integers(2010, 2049), st.integers(1, 999), st.booleans(), st.sampled_from("-/"))
def test_the_number_of_a_file_is_kept(year: int, number: int, is_first: bool, joint: str) -> None:
    text = f"dossier {year}{joint}{number}" if is_first else f"dossier {number}{joint}{year}"
    assert alias(text) == text


@given(st.text(max_size=60))
def test_anything_is_kept_as_it_is_but_for_its_blanks_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        kept = alias(text)
        assert kept == " ".join(text.split())
        assert alias(kept) == kept
