"""A sentence that was filled in and kept in French is said in English by the entry that it was made from."""

import re
import time
from pathlib import Path

from filiere.web.i18n import WEB_LOCALES, Catalogue, Filled, gettext, language, read_catalogue, speak
from filiere.web.i18n import told as kit_told
from hypothesis import given
from hypothesis import strategies as st

TEXTS = {
    "Trop ancien : %(category)s de %(year)s, %(age)s ans admis.": "Too old: %(category)s of %(year)s, %(age)s years.",
    "Déjà déclaré : %(why)s": "Declared before: %(why)s",
    "« %(written)s » est inconnu. Acceptés : %(categories)s.": "“%(written)s” is unknown. Accepted: %(categories)s.",
    "le %(day)s": "on %(day)s",
    "À %(share)s %% de la charge": "At %(share)s %% of the load",
    "écran": "monitor",
    "écrans": "monitors",
    "tablettes": "tablets",
}
told = Filled(TEXTS).told


def test_values_are_told_too_and_what_somebody_wrote_stays() -> None:
    assert told("Trop ancien : écran de 2009, 12 ans admis.") == "Too old: monitor of 2009, 12 years."
    assert told("« écran » est inconnu. Acceptés : écrans, tablettes.") == (
        "“écran” is unknown. Accepted: monitors, tablets."
    )
    assert told("Déjà déclaré : Trop ancien : écran de 2009, 12 ans admis.") == (
        "Declared before: Too old: monitor of 2009, 12 years."
    )
    assert told("12 écrans") == "12 monitors"
    assert told("À 71 % de la charge") == "At 71 % of the load"


def test_a_text_with_few_letters_of_its_own_matches_nothing() -> None:
    assert told("le camion est en panne") == "le camion est en panne"


def test_a_catalogue_is_ready_before_anybody_reads_it(tmp_path: Path) -> None:
    """The first English page, and the first English letter, wait for no pattern to be made of each of its texts."""
    texts = (f'msgid "Texte {n} : %(what)s."\nmsgstr "Text {n}: %(what)s."\n' for n in range(1500))
    (tmp_path / "en.po").write_text("\n".join(texts), encoding="utf-8")
    began = time.thread_time()
    catalogue = Catalogue([tmp_path])
    ready = time.thread_time()
    assert catalogue.told("Texte 1499 : écran.") == "Text 1499: écran."
    assert time.thread_time() - ready < (ready - began) / 5


@given(st.text(max_size=800))
def test_what_people_typed_comes_back_as_they_typed_it(typed: str) -> None:
    said = told(f"§{typed}")
    assert said == f"§{typed}"


@given(st.text(st.characters(blacklist_characters=",%"), min_size=1, max_size=40), st.integers(1, 99))
def test_every_filled_entry_finds_back(word: str, age: int) -> None:
    assert told(f"Trop ancien : § {word} de 2009, {age} ans admis.") == f"Too old: § {word} of 2009, {age} years."


_SAYS_VOUS = re.compile(r"\b(vous|votre|vos|vôtres?)\b|\b(?!assez\b|chez\b|nez\b)\w+ez\b", re.IGNORECASE)


def test_whatever_the_kit_says_with_vous_it_says_with_tu_where_people_do() -> None:
    said = read_catalogue(WEB_LOCALES / "fr_tu.po")
    formal = {one for one in read_catalogue(WEB_LOCALES / "en.po") if _SAYS_VOUS.search(one)}
    assert said.keys() == formal
    assert [one for one in said.values() if _SAYS_VOUS.search(str(one))] == []
    places = re.compile(r"%\(\w+\)s|\{\w+\}")
    assert all(places.findall(one) == places.findall(str(other)) for one, other in said.items())


def test_tu_is_for_people_of_such_a_service_in_french_alone() -> None:
    workshop, relais = Catalogue([WEB_LOCALES], familiar=True), Catalogue([WEB_LOCALES])
    stale, filled = "Recommencez depuis la page", "Dans votre équipe, seules les personnes notées Zoé font cela."
    try:
        speak("fr", workshop)
        assert (gettext(stale), language()) == ("Recommence depuis la page", "fr")
        assert kit_told(filled) == "Dans ton équipe, seules les personnes notées Zoé font cela."
        for alike in (("fr", relais, True), ("fr", workshop, False)):
            speak(alike[0], alike[1], to_people=alike[2])
            assert (gettext(stale), kit_told(filled)) == (stale, filled)
        speak("en", workshop)
        in_english = gettext(stale)
        speak("en", relais)
        assert in_english == gettext(stale) != stale
    finally:
        speak("fr", relais)
