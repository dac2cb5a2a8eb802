"""Anybody finds the structures that want to be found, the nearest first."""

import asyncio
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from distribute.nearby import directory, france, mediation_places
from filiere.duties import Duty
from filiere.geography import departements

from .conftest import World
from .test_pages import hidden, submit, words

SCHEMAS = Path(__file__).parent / "data_inclusion"


async def shown(world: World, name: str, **facts: Any) -> Any:
    """A Relais whose lead shows it to everybody."""
    relais = await world.relais(name, **facts)
    browser = await world.client.login(relais["subject"])
    address = f"/ma-structure/{relais['id']}/fiche-publique"
    assert (await submit(browser, address, address, welcome="everybody")).status_code == 200
    return relais


async def looked(world: World, address: str, **asked: Any) -> httpx.Response:
    """What anybody sees."""
    async with world.client.anonymous() as anybody:
        return await anybody.get(address, **asked)


def names(page: str) -> list[str]:
    return re.findall(r"<h3>(.*?) <span", page)


async def test_the_nearest_come_first_with_kilometres(world: World) -> None:
    await shown(world, "À Saint-Flour", postcode="15100", city="Saint-Flour")
    await shown(world, "À Mende", postcode="48000", city="Mende")
    await shown(world, "À Lyon", postcode="69001", city="Lyon")
    found = (await looked(world, "/trouver?ou=mende")).text
    assert names(found) == ["À Mende"], "the others are more than fifty kilometres away"
    assert "dans la commune" in found
    near = await looked(world, "/trouver?ou=Marvejols")
    assert names(near.text) == ["À Mende"]
    assert "à 16 km" in words(near)
    far = await looked(world, "/trouver?ou=Brest")
    assert "Aucune structure à moins de 50 km" in words(far)
    assert len(names(far.text)) == 3, "the nearest all the same"


async def test_nobody_is_shown_who_does_not_want_it_or_has_no_agreement(world: World) -> None:
    await world.relais("Un foyer caché", postcode="48000", city="Mende")
    relais = await shown(world, "À Mende", postcode="48000", city="Mende")
    assert names((await looked(world, "/trouver?ou=48000")).text) == ["À Mende"]
    browser = await world.client.login(relais["subject"])
    address = f"/ma-structure/{relais['id']}/fiche-publique"
    hidden = await submit(browser, address, f"{address}/retirer")
    assert "n'est plus sur la page publique" in words(hidden)
    assert names((await looked(world, "/trouver?ou=48000")).text) == []


async def test_a_page_that_everybody_shares_holds_nothing_of_who_reads_it(world: World) -> None:
    relais = await shown(world, "À Mende", postcode="48000", city="Mende")
    anonymous = await looked(world, "/trouver?ou=Mende")
    assert anonymous.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in anonymous.headers
    browser = await world.client.login(relais["subject"])
    logged_in = await browser.get("/trouver?ou=Mende")
    assert logged_in.text == anonymous.text
    assert logged_in.headers["cache-control"] == "private, no-cache", "its session's cookie may be sent anew beside it"
    assert len(anonymous.content) < 20_000


async def test_what_is_typed_wrong_is_said_and_kept(world: World) -> None:
    for typed in ("Zzyzx", "99999", "<script>", "x"):
        answer = await looked(world, "/trouver", params={"ou": typed})
        assert answer.status_code == 200
        assert "Nous ne connaissons pas cette commune" in words(answer)
        assert "<script>" not in answer.text


async def test_communes_of_one_name_are_offered(world: World) -> None:
    found = (await looked(world, "/trouver?ou=Saint-Denis")).text
    assert "97400" in found
    assert "93200 Saint-Denis" in found.replace("+", " ")
    other = await looked(world, "/trouver?ou=93200 Saint-Denis")
    assert "Autour de Saint-Denis (93200)" in words(other)


async def test_neighbours_of_one_postcode_are_one_place(world: World) -> None:
    assert "Une autre commune ?" not in (await looked(world, "/trouver?ou=48000")).text


async def test_only_the_lead_shows_a_structure_and_a_mistake_keeps_what_was_typed(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    browser = await world.client.login(relais["subject"])
    address = f"/ma-structure/{relais['id']}/fiche-publique"
    refused = await submit(browser, address, address, welcome="whoever", how_to_come="Bus 4")
    assert refused.status_code == 422
    assert "Bus 4" in refused.text
    stranger = await world.client.login(other["subject"])
    assert (await stranger.get(address)).status_code == 404


async def test_a_tab_that_was_open_for_long_overwrites_nothing_and_says_what_is_shown_now(world: World) -> None:
    relais = await world.relais("À Mende", postcode="48000", city="Mende")
    browser = await world.client.login(relais["subject"])
    address = f"/ma-structure/{relais['id']}/fiche-publique"

    def seen(answer: httpx.Response) -> str:
        return str(re.findall(r'name="seen" value="([^"]*)"', answer.text)[0])

    stale = seen(await browser.get(address))
    said = {"welcome": "everybody", "how_to_come": "Bus 4"}
    assert (await submit(browser, address, address, **said, seen=stale)).status_code == 200
    wrong = await submit(browser, address, address, welcome="referred", how_to_come="x" * 400, seen=stale)
    assert wrong.status_code == 422
    assert seen(wrong) == stale, "a mistake is not a look at what is shown now"
    refused = await submit(browser, address, address, welcome="referred", how_to_come="Par la cour", seen=stale)
    assert refused.status_code == 409
    assert "Par la cour" in refused.text, "what was typed is kept"
    assert "Elle dit maintenant : Tout le monde peut venir · Bus 4" in words(refused)
    read = seen(refused)
    taken = await submit(browser, address, address, welcome="referred", how_to_come="Par la cour", seen=read)
    assert taken.status_code == 200, "who has read it decides"
    last = seen(taken)
    assert last not in ("", read)
    await submit(browser, address, f"{address}/retirer")
    gone = await submit(browser, address, address, **said, seen=last)
    assert gone.status_code == 409, "an old tab shows nobody again"
    assert names((await looked(world, "/trouver?ou=48000")).text) == []


@pytest.mark.parametrize("was_shown", [False, True])
async def test_a_double_click_is_not_somebody_else(world: World, was_shown: bool) -> None:
    relais = await world.relais("À Mende", postcode="48000", city="Mende")
    browser = await world.client.login(relais["subject"])
    address = f"/ma-structure/{relais['id']}/fiche-publique"
    if was_shown:
        await submit(browser, address, address, welcome="referred")
    page = (await browser.get(address)).text
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page)
    said = {"welcome": "everybody", "how_to_come": "Bus 4", "seen": seen, "csrf_token": hidden(page)}
    answers = await asyncio.gather(*(browser.post(address, data=said, follow_redirects=False) for _ in range(2)))
    assert [one.status_code for one in answers] == [303, 303]
    assert names((await looked(world, "/trouver?ou=48000")).text) == ["À Mende"]


async def test_who_does_not_lead_shows_nothing(world: World) -> None:
    relais = await world.relais()
    await world.rows(f"UPDATE membership SET duty = '{Duty.COLLEAGUE.value}'")
    browser = await world.client.login(relais["subject"])
    assert (await browser.get(f"/ma-structure/{relais['id']}/fiche-publique")).status_code == 403


@pytest.mark.parametrize(("kind", "named"), [("structures", "structure"), ("services", "service")])
async def test_other_directories_read_the_same_in_data_inclusions_words(world: World, kind: str, named: str) -> None:
    await shown(world, "À Mende.", postcode="48000", city="Mende", siret="13003013300016")
    await shown(world, "Le Fil", postcode="69001", city="Lyon", may_sell=False)
    await world.relais("Un foyer caché")
    async with world.client.anonymous() as anybody:
        answer = await anybody.get(f"/api/v1/directory/{kind}")
    entries = answer.json()["items"]
    assert len(entries) == 2
    for entry in entries:
        jsonschema.validate(entry, json.loads((SCHEMAS / f"{named}.schema.json").read_text()))
    assert "caché" not in answer.text


async def test_the_map_of_digital_mediation_reads_them_in_its_own_columns(world: World) -> None:
    await shown(
        world,
        "=À Mende",
        postcode="48000",
        city="Mende",
        siret="13003013300016",
        publics=["seniors", "personnes-exilees", "jeunes"],
    )
    await world.rows("UPDATE relais SET public_contact = '04 65 71 00 10 ou accueil@relais.example'")
    await shown(world, "Le Fil", postcode="69001", city="Lyon", may_sell=False, siret=None)
    await world.relais("Un foyer caché")
    answer = await looked(world, "/api/v1/directory/mediation-places")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = {row["nom"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    assert set(rows) == {"À Mende", "Le Fil"}, "who does not want to be found is not in it; no name is a formula"
    assert tuple(rows["Le Fil"]) == mediation_places.COLUMNS
    mende = rows["À Mende"]
    assert mende["pivot"] == "13003013300016"
    assert mende["publics_specifiquement_adresses"] == "Seniors|Jeunes", "of exiles this schema has no word"
    assert mende["modalites_acces"] == "Se présenter|Téléphoner|Contacter par mail"
    assert (mende["telephone"], mende["courriels"]) == ("+33465710010", "accueil@relais.example")
    assert (mende["frais_a_charge"], rows["Le Fil"]["frais_a_charge"]) == ("Payant", "Gratuit")


def test_a_number_is_found_in_what_a_structure_says_and_nothing_else_is_taken_for_one() -> None:
    assert directory._telephone("Accueil : 04 65 71 00 10") == "+33465710010"
    assert directory._telephone("+33 4.65.71.00.10, demandez l'accueil") == "+33465710010"
    assert directory._telephone("contact@relais.example") is None
    assert directory._telephone(None) is None


async def test_a_page_that_did_not_change_is_not_sent_again(world: World) -> None:
    await shown(world, "À Mende", postcode="48000", city="Mende")
    for address in ("/trouver?ou=Mende", "/trouver/carte", "/diagnostic"):
        first = await looked(world, address)
        assert first.headers["cache-control"] == "public, max-age=300"
        again = await looked(world, address, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    listed = (await looked(world, "/trouver/carte")).headers["etag"]
    await shown(world, "À Lyon", postcode="69001", city="Lyon")
    changed = await looked(world, "/trouver/carte", headers={"if-none-match": listed})
    assert changed.status_code == 200, "another map has another tag"


async def test_a_page_is_made_once_while_nothing_changes_and_no_other_words_are_kept(world: World) -> None:
    relais = await shown(world, "À Mende", postcode="48000", city="Mende")
    kept = world.client.app.state.filiere.kept_pages
    kept.clear()
    first = await looked(world, "/trouver?ou=Mende")
    assert (await looked(world, "/trouver?ou=Mende")).text == first.text
    assert len(kept) == 1
    english = await looked(world, "/trouver?ou=Mende", headers={"accept-language": "en"})
    assert "Around Mende" in words(english)
    assert english.headers["x-correlation-id"] != first.headers["x-correlation-id"]
    await looked(world, "/trouver?ou=Nadia Ferhat")
    assert len(kept) == 2, "what names no commune is nobody's to keep"
    browser = await world.client.login(relais["subject"])
    address = f"/ma-structure/{relais['id']}/fiche-publique"
    await submit(browser, address, f"{address}/retirer")
    assert names((await looked(world, "/trouver?ou=Mende")).text) == [], "from the moment that it is hidden"


async def test_the_map_says_the_same_as_its_list(world: World) -> None:
    await shown(world, "À Mende", postcode="48000", city="Mende")
    await shown(world, "À Saint-Denis", postcode="97400", city="Saint-Denis")
    await world.relais("Un foyer caché", postcode="15100", city="Saint-Flour")
    page = await looked(world, "/trouver/carte")
    assert "2 départements ont un Relais" in words(page)
    assert "Lozère (48) : 1 Relais" in words(page)
    assert "La Réunion (974) : 1 Relais" in words(page)
    some = re.findall(r'class="some" d="([^"]*)"', page.text)[0]
    assert some == france.outlines()["48"], "overseas has no outline, and stands in the list"
    assert "Cantal (15)" in words(page).partition("n'ont pas encore de Relais")[2]
    assert "Devenez Relais" in words(page)
    assert "CC BY 4.0" in words(page)
    assert len(page.content) < 50_000
    assert "Autour de Mende" in words(await looked(world, "/trouver?ou=48000 Mende"))


def test_every_departement_of_the_mainland_has_an_outline() -> None:
    known = {code for code in departements() if not code.startswith(("97", "98"))}
    assert set(france.outlines()) == known
