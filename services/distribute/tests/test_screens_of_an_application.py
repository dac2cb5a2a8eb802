"""The screens of an application: what was typed comes back, corrects what it began; mistakes are said beside it."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from distribute.applications.structure_number import StructureNumber, structure_number
from filiere.calendar import clock_at, now
from filiere.identifiers import IdentifierError

from .applying import PEOPLE, PLACE, SIRET, WHO, Applicant, statuses
from .conftest import World
from .test_pages import hidden, submit, words


async def test_what_is_sent_again_from_a_page_that_the_browser_kept_corrects_what_was_begun(world: World) -> None:
    applicant = Applicant(world)
    first = (await applicant.browser.get("/devenir-relais")).text
    kept = {**WHO, "csrf_token": hidden(first)}
    await applicant.browser.post("/devenir-relais", data=kept)
    again = await applicant.browser.post("/devenir-relais", data={**kept, "name": "CCAS de Florac-Trois-Rivières"})
    assert "C'est corrigé." in words(again)
    assert "Où êtes-vous" in words(again)
    (row,) = await world.rows("SELECT name, letters FROM application")
    assert (row["name"], row["letters"]) == ("CCAS de Florac-Trois-Rivières", 1)


async def first_screen(browser: httpx.AsyncClient, **given: str) -> dict[str, str]:
    """As a browser sends the page that it has open."""
    opened = (await browser.get("/devenir-relais?autre=1")).text
    token = re.search(r'name="page" value="([^"]+)"', opened)
    assert token
    return {**WHO, "csrf_token": hidden(opened), "page": token[1], **given}


async def test_another_structure_s_number_on_the_same_screen_begins_its_own_application(world: World) -> None:
    applicant = Applicant(world)
    kept = await first_screen(applicant.browser)
    await applicant.browser.post("/devenir-relais", data=kept)
    other = {**kept, "name": "Secours de Mende", "number": "W481000123"}
    for _ in range(2):  # Back, and once more Back
        answer = await applicant.browser.post("/devenir-relais", data=other)
        assert "Où êtes-vous" in words(answer)
    rows = await world.rows("SELECT name, siret, rna FROM application ORDER BY created_at")
    assert [(row["name"], row["siret"], row["rna"]) for row in rows] == [
        ("CCAS de Florac", SIRET, None),
        ("Secours de Mende", None, "W481000123"),
    ]
    back = await applicant.browser.post("/devenir-relais", data={**kept, "name": "CCAS de Florac-Trois-Rivières"})
    assert "C'est corrigé." in words(back)
    names = {row["name"] for row in await world.rows("SELECT name FROM application")}
    assert names == {"CCAS de Florac-Trois-Rivières", "Secours de Mende"}


async def test_two_presses_begin_one_application(world: World) -> None:
    browser: httpx.AsyncClient = world.client.anonymous()
    kept = await first_screen(browser)
    answers = await asyncio.gather(*(browser.post("/devenir-relais", data=kept) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    (row,) = await world.rows("SELECT letters FROM application")
    assert row["letters"] == 1
    assert len(await world.rows("SELECT id FROM mail WHERE kind = 'application-check'")) == 1


async def test_a_page_that_we_did_not_make_begins_one_of_its_own(world: World) -> None:
    first, second = world.client.anonymous(), world.client.anonymous()
    kept = await first_screen(first)
    await first.post("/devenir-relais", data=kept)
    forged = {**await first_screen(second), "page": kept["page"][:-2] + "AA", "name": "Quelqu'un d'autre"}
    assert (await second.post("/devenir-relais", data=forged)).status_code == 303
    assert [row["name"] for row in await world.rows("SELECT name FROM application ORDER BY created_at")] == [
        "CCAS de Florac",
        "Quelqu'un d'autre",
    ]


async def test_what_was_given_up_is_begun_anew_from_the_page_that_had_begun_it(world: World) -> None:
    applicant = Applicant(world)
    kept = await first_screen(applicant.browser)
    answer = await applicant.browser.post("/devenir-relais", data=kept)
    applicant.address = "/".join(answer.url.path.split("/")[:3])
    await applicant.press("abandonner")
    assert (await applicant.browser.post("/devenir-relais", data=kept)).status_code == 200
    assert await statuses(world) == ["given_up", "started"]


async def test_back_after_sending_leads_to_what_was_sent_and_another_structure_begins_anew(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    await applicant.fill()
    await applicant.press("envoyer")
    back = await applicant.browser.get("/devenir-relais")
    assert "Une candidature est déjà commencée ici" in words(back)
    assert f'href="{applicant.address}"' in back.text
    assert back.headers["cache-control"] == "private, no-store"
    other = {**WHO, "number": "W481000123", "contact_email": "autre@ccas.example", "another": "1"}
    fresh = (await applicant.browser.get("/devenir-relais?autre=1")).text
    assert 'name="another" value="1"' in fresh
    answer = await applicant.browser.post("/devenir-relais", data={**other, "csrf_token": hidden(fresh)})
    assert "Où êtes-vous" in words(answer)
    assert len(await world.rows("SELECT id FROM application")) == 2
    with clock_at(now() + timedelta(hours=2)):
        assert "Une candidature est déjà" not in words(await applicant.browser.get("/devenir-relais"))


LATE = {"sec-fetch-site": "same-origin"}


async def test_a_screen_that_was_open_for_long_comes_back_as_it_was_filled_in(world: World) -> None:
    browser: httpx.AsyncClient = world.client.anonymous()
    browser.follow_redirects = True
    late = await browser.post("/devenir-relais", data={**WHO, "csrf_token": "old"}, headers=LATE)
    assert late.status_code == 403
    assert "ouverte depuis longtemps" in words(late)
    assert "Reconnectez-vous" not in words(late)
    assert all(f'value="{said}"' in late.text for said in WHO.values())
    assert await statuses(world) == []
    token = re.search(r'name="csrf_token" value="([^"]+)"', late.text)
    assert token
    assert (await browser.post("/devenir-relais", data={**WHO, "csrf_token": token[1]})).status_code == 200
    assert await statuses(world) == ["started"]


async def test_each_later_screen_and_each_button_comes_back_too(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    old = {"csrf_token": "old"}
    place = await applicant.browser.post(f"{applicant.address}/lieu", data={**PLACE, **old}, headers=LATE)
    assert 'value="2 rue du Pont"' in place.text
    assert re.search(r'value="public_body"[^>]* (selected|checked)', place.text)
    people = await applicant.browser.post(f"{applicant.address}/publics", data={**PEOPLE, **old}, headers=LATE)
    assert people.text.count(" checked") >= 2
    for button in ("abandonner", "envoyer", "courriel"):
        late = await applicant.browser.post(f"{applicant.address}/{button}", data=old, headers=LATE)
        assert late.status_code == 403
        assert "ouverte depuis longtemps" in words(late), button
        assert "Reconnectez-vous" not in words(late)
        assert late.headers["x-robots-tag"]
        # The address of a button, opened: the page it belongs to.
        opened = await applicant.browser.get(f"{applicant.address}/{button}")
        assert (opened.status_code, opened.url.path) == (200, applicant.address), button
    assert await statuses(world) == ["started"]


async def test_a_text_too_long_is_called_a_text(world: World) -> None:
    answer = await submit(world.client.anonymous(), "/devenir-relais", **{**WHO, "name": "x" * 10_000})
    assert answer.status_code == 413
    assert "Les textes de ce formulaire sont trop longs" in words(answer)
    assert "fichier" not in words(answer)


async def test_mistakes_are_said_beside_the_field_and_nothing_is_lost(world: World) -> None:
    applicant = Applicant(world)
    wrong = await applicant.begin(number="12345678901234", contact_email="nadia")
    assert wrong.status_code == 422
    assert "vérifiez-la" in words(wrong)
    assert 'value="CCAS de Florac"' in wrong.text
    await applicant.begin()
    place = await submit(applicant.browser, f"{applicant.address}/lieu", **{**PLACE, "postcode": "99999"})
    assert place.status_code == 422
    none = await submit(applicant.browser, f"{applicant.address}/besoins")
    assert "Écrivez au moins un équipement." in words(none)
    many = await submit(applicant.browser, f"{applicant.address}/besoins", laptop="501")
    assert many.status_code == 422
    early = await applicant.press("envoyer")
    assert "complétez chaque étape" in words(early)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("552 100 554 00013", StructureNumber(SIRET, None)),
        ("w 481 000 123", StructureNumber(None, "W481000123")),
        ("W2A1001234", StructureNumber(None, "W2A1001234")),
    ],
)
def test_a_number_is_read_as_people_write_it(said: str, number: StructureNumber) -> None:
    assert structure_number(said) == number


@pytest.mark.parametrize("said", ["W48100012", "W4810001234", "552100554", "552100554000134", "W48", ""])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(IdentifierError):
        structure_number(said)
