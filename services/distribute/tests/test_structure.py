"""A structure's lead says when it is open, and asks for other publics; the coordination answers."""

import pytest
from distribute.relais.hours import DAYS, HOW, TOO_LATE, kept, shown, spans_of, typed, week_of
from filiere.duties import Duty
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words


@pytest.mark.parametrize(
    ("said", "spans"),
    [
        ("9h-12h, 14h-17h30", "09:00-12:00,14:00-17:30"),
        ("9:00 - 12:00", "09:00-12:00"),
        ("9h à 12h et 14h à 18h", "09:00-12:00,14:00-18:00"),
        ("  ", ""),
        ("fermé", ""),
        ("Ferme", ""),
        ("Fermé", ""),
        ("20h-24h", "20:00-24:00"),
    ],
)
def test_hours_are_read_as_people_write_them(said: str, spans: str) -> None:
    assert spans_of(said) == spans


@pytest.mark.parametrize(
    ("said", "sentence"),
    [("le matin", HOW), ("9h-25h", HOW), ("9h60-12h", HOW), ("12h-9h", TOO_LATE), ("9h-12h, 11h-14h", TOO_LATE)],
)
def test_hours_that_are_none_are_refused_with_an_example(said: str, sentence: str) -> None:
    with pytest.raises(ValueError, match="^" + sentence[:20]):
        spans_of(said)


minutes = st.integers(0, 24 * 60 - 1)


@given(st.dictionaries(st.sampled_from(DAYS), st.lists(minutes, min_size=2, max_size=6, unique=True)))
def test_what_is_kept_is_shown_and_typed_again(week: dict[str, list[int]]) -> None:
    said = {
        day: ", ".join(
            f"{first // 60}h{first % 60:02d}-{last // 60}h{last % 60:02d}"
            for first, last in zip(sorted(times)[::2], sorted(times)[1::2], strict=False)
        )
        for day, times in week.items()
    }
    spans = {day: spans_of(text) for day, text in said.items()}
    assert week_of(kept(spans)) == spans
    assert {day: spans_of(typed(one)) for day, one in spans.items()} == spans
    assert len(shown(kept(spans))) == len(week)


async def test_the_lead_writes_the_hours_and_a_mistake_keeps_what_was_typed(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    browser = await world.client.login(relais["subject"])
    form = f"/ma-structure/{relais['id']}/modifier"
    wrong = await submit(browser, form, f"/ma-structure/{relais['id']}/horaires", mo="9h-12h", tu="le matin")
    assert wrong.status_code == 422
    assert HOW in words(wrong)
    assert 'value="le matin"' in wrong.text
    assert 'value="9h-12h"' in wrong.text
    done = await submit(browser, form, f"/ma-structure/{relais['id']}/horaires", mo="9h-12h, 14h-17h30", sa="10h-12h")
    assert "lundi 9h-12h, 14h-17h30" in words(done)
    found = await world.read(world.coordinator, f"/relais/{relais['id']}")
    assert found["opening_hours"] == "Mo 09:00-12:00,14:00-17:30; Sa 10:00-12:00"
    camille = await world.client.login("camille")
    assert "samedi 10h-12h" in words(await camille.get(f"/relais/{relais['id']}"))
    stranger = await world.client.login(other["subject"])
    assert (await stranger.get(form)).status_code == 404


async def test_other_publics_are_asked_for_and_weigh_once_they_are_accepted(world: World) -> None:
    relais = await world.relais()
    browser, camille = await world.client.login(relais["subject"]), await world.client.login("camille")
    form, send = (f"/ma-structure/{relais['id']}/{name}" for name in ("modifier", "publics"))

    async def publics() -> list[str]:
        found: list[str] = (await world.read(world.coordinator, f"/relais/{relais['id']}"))["publics"]
        return found

    none = await submit(browser, form, send, why="Une erreur")
    assert "Choisissez au moins un public." in words(none)
    same = await submit(browser, form, send, publics=["femmes", "seniors"], why="Une erreur")
    assert "Ce sont déjà les publics de votre structure." in words(same)
    for why in ("Nous accueillons des familles", "Nous accueillons surtout des familles"):
        sent = await submit(browser, form, send, publics=["familles"], why=why)
        assert "La coordination n'a pas encore répondu" in words(sent)
    assert await publics() == ["seniors", "femmes"], "nothing weighs before the answer"
    assert "1 structure demande une correction de ses publics" in words(await camille.get("/relais"))
    page = f"/relais/{relais['id']}"
    assert "Nous accueillons surtout des familles" in words(await camille.get(page))
    (asked,) = await world.rows("SELECT id FROM publics_asked")
    answer = f"{page}/publics/{asked['id']}"
    assert "Dites pourquoi la demande est refusée." in words(await submit(camille, page, answer, accept="false"))
    refused = await submit(camille, page, answer, accept="false", answer="À revoir avec la convention")
    assert "Demande refusée." in words(refused)
    assert "À revoir avec la convention" in words(await browser.get("/ma-structure"))
    assert await publics() == ["seniors", "femmes"]
    late = await submit(camille, page, answer, accept="true")
    assert "Cette demande a déjà une réponse" in words(late)
    await submit(browser, form, send, publics=["familles", "seniors"], why="La convention le dit")
    (again,) = await world.rows("SELECT id FROM publics_asked WHERE decided_at IS NULL")
    done = await submit(camille, page, f"{page}/publics/{again['id']}", accept="true")
    assert "Publics corrigés." in words(done)
    assert await publics() == ["familles", "seniors"]


async def test_who_does_not_lead_neither_writes_hours_nor_asks(world: World) -> None:
    relais = await world.relais()
    await world.rows(f"UPDATE membership SET duty = '{Duty.COLLEAGUE.value}'")
    browser = await world.client.login(relais["subject"])
    assert (await browser.get(f"/ma-structure/{relais['id']}/modifier")).status_code == 403
    page = await browser.get("/ma-structure")
    assert "/modifier" not in page.text
