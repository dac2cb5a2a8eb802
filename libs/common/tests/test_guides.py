"""What a guide may say, and when a picture of one no longer shows what the page shows."""

import re
from contextvars import copy_context
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from filiere.guides import BrokenGuide, Guide, pictures_of, read_guides
from filiere.guides.guide import MOST_WORDS
from filiere.guides.pictures import picture_file
from filiere.service import Service, installed_services
from filiere.testing.guides import MOST_BYTES, SLACK, differences, settled
from filiere.web.formats import full_day, short_day
from filiere.web.i18n import LANGUAGES, WEB_LOCALES, Catalogue, gettext, speak
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

QUOTED = re.compile(r"[«“]\s?(.+?)\s?[»”]")
SHORT = {"fr": "Appuyez sur le bouton.", "en": "Press the button."}
STEP = {"name": "appuyer", "title": {"fr": "Appuyer", "en": "Press"}, "text": [SHORT]}
GUIDE: dict[str, Any] = {
    "name": "un-guide",
    "order": 1,
    "roles": ["donor"],
    "title": {"fr": "Un guide", "en": "A guide"},
    "about": SHORT,
    "steps": [STEP],
}


def said(sentence: str) -> dict[str, str]:
    return {"fr": sentence, "en": SHORT["en"]}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"steps": [{**STEP, "text": [said(" ".join(["mot"] * (MOST_WORDS + 1)) + ".")]}]}, "16 words"),
        ({"steps": [{**STEP, "text": [said("Lisez cela. Puis appuyez.")]}]}, "one sentence"),
        ({"steps": [{**STEP, "text": [said("Appuyez sur le bouton")]}]}, "full stop"),
        ({"steps": [{**STEP, "text": [{"fr": SHORT["fr"]}]}]}, "Field required"),
        ({"steps": [STEP, STEP]}, "two steps are called appuyer"),
        ({"steps": [{**STEP, "advice": "?"}]}, "Extra inputs"),
        ({"title": {"fr": "x" * 61, "en": "A guide"}}, "at most 60"),
        ({"steps": []}, "at least 1"),
        ({"roles": ["director"]}, "Input should be"),
    ],
)
def test_what_is_not_easy_to_read_is_no_guide(change: dict[str, Any], why: str) -> None:
    Guide.model_validate(GUIDE)
    with pytest.raises(ValidationError, match=why):
        Guide.model_validate({**GUIDE, **change})


def test_a_broken_file_stops_the_start_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "un-guide.yaml").write_text("order: 1\nroles: []\n")
    with pytest.raises(BrokenGuide, match=r"un-guide\.yaml: title: Field required"):
        read_guides(tmp_path)
    assert read_guides(tmp_path / "nowhere") == ()


def test_every_guide_of_every_service_can_be_read() -> None:
    guides = {service.name: read_guides(service.root / "guides") for service in installed_services()}
    assert len(guides["collect"]) >= 8
    for found in guides.values():
        assert len({guide.order for guide in found}) == len(found)


DAYS = st.dates(date(2026, 1, 1), date(2035, 12, 31))


@given(DAYS, DAYS, st.sampled_from(["fr", "en"]))
def test_no_day_makes_a_picture_stale(one: date, other: date, language: str) -> None:
    def look_alike() -> None:
        speak(language, Catalogue([]))
        for written in (full_day, short_day, lambda day: full_day(day + timedelta(days=1))):
            assert settled(f"Collecté le {written(one)}, reçu") == settled(f"Collecté le {written(other)}, reçu")

    copy_context().run(look_alike)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Don D-2026-0001", "Don #"),
        ("« FIL-7K2M-9QXC » : 12 portables", "« # » : # portables"),
        ("aujourd'hui, 9 h 05", "#, # h #"),
        ("https://filiere.example/preuve/abc", "#"),
        ("Envoyer la déclaration", "Envoyer la déclaration"),
        ("1er mai, puis lundi 30 novembre 2026", "#, puis #"),
    ],
)
def test_what_changes_by_itself_is_left_out(text: str, left: str) -> None:
    assert settled(text) == left


PAGE = ["h1 0+100 Un don", "p 4+92 Relisez les lignes.", "button.btn 4+40 Envoyer"]


@pytest.mark.parametrize(
    "now",
    [
        [PAGE[0], "p 4+92 Relisez chaque ligne.", PAGE[2]],
        PAGE[:2],
        [*PAGE, "a.btn 50+40 Annuler"],
        [PAGE[0], PAGE[1], "a.btn 4+40 Envoyer"],
        [PAGE[0], PAGE[1], f"button.btn {4 + SLACK + 1}+40 Envoyer"],
        [PAGE[0], PAGE[1], f"button.btn 4+{40 + SLACK + 1} Envoyer"],
        [PAGE[1], PAGE[0], PAGE[2]],
    ],
)
def test_another_word_kind_place_or_order_makes_a_picture_stale(now: list[str]) -> None:
    assert differences(PAGE, now)


@given(st.integers(-SLACK, SLACK), st.integers(-SLACK, SLACK))
def test_fonts_of_another_machine_do_not(left: int, width: int) -> None:
    assert differences(PAGE, [PAGE[0], PAGE[1], f"button.btn {4 + left}+{40 + width} Envoyer"]) == []


ALL = [(service, guide) for service in installed_services() for guide in read_guides(service.root / "guides")]
MOST_OF_A_SERVICE = 1_500_000


@pytest.mark.parametrize(("service", "guide"), ALL, ids=[f"{service.name}-{guide.name}" for service, guide in ALL])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_has_its_picture_and_names_only_what_is_seen(service: Service, guide: Guide, language: str) -> None:
    pictures = pictures_of(service.root, guide.name, language)
    assert list(pictures) == [step.name for step in guide.steps]
    seen = " ".join(text for one in pictures.values() for text in (one.heading, one.pressed, *one.lines))
    menu = [gettext_in(service, item.label, language) for item in service.navigation]
    for step in guide.steps:
        file = picture_file(service.root, guide.name, step.name, language)
        assert 1000 < file.stat().st_size <= MOST_BYTES
        assert pictures[step.name].pressed, "what is outlined has a name"
        said = " ".join(sentence.in_(language) for sentence in (*step.text, step.warning) if sentence)
        for words in QUOTED.findall(said):
            assert words in menu or settled(words).lower() in seen.lower(), f"« {words} » is on no picture of the guide"


@pytest.mark.parametrize("service", installed_services(), ids=lambda service: service.name)
def test_pictures_are_few_enough_to_be_carried_along(service: Service) -> None:
    folder = service.root / "static" / "guides"
    kept = {file for file in folder.rglob("*") if file.is_file()}
    shown = {
        picture_file(service.root, guide.name, step.name, language)
        for guide in read_guides(service.root / "guides")
        for step in guide.steps
        for language in LANGUAGES
    }
    assert kept == shown
    assert sum(file.stat().st_size for file in kept) <= MOST_OF_A_SERVICE


def gettext_in(service: Service, text: str, language: str) -> str:
    def said() -> str:
        speak(language, Catalogue([WEB_LOCALES, service.root / "locales"]))
        return gettext(text)

    return copy_context().run(said)  # the language ends with it
