"""Keys by maker and model: what is published is found for the right machine, and nothing is guessed for another."""

from uuid import UUID

import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from hypothesis import given
from hypothesis import strategies as st
from refurbish.how_to.published import entries, folded, keys_for
from refurbish.how_to.service import entering_setup, starting

from ..conftest import PURGE, World, journal_verbs, token_of

DISK = [{"serial": "S4N1", "kind": "ssd", "size_gb": 256}]


@pytest.mark.parametrize(
    ("maker", "model", "boot", "setup"),
    [
        ("HP", "EliteBook 840 G5", "Échap, puis F9", "Échap, puis F10"),
        ("Hewlett-Packard", "HP ProBook 450 G3", "Échap, puis F9", "Échap, puis F10"),
        ("Dell Inc.", "Latitude 5490", "F12", "F2"),
        ("LENOVO", "ThinkPad T480", "F12", "F1"),
        ("Lenovo", "Lenovo IdeaPad 3", "Novo ou F12", "F2 ou Novo"),
        ("Lenovo", None, "F12", "F1 ou F2"),
        ("Apple Inc.", "MacBook Pro", "Option (garde le doigt dessus)", None),
        (
            "Microsoft",
            "Surface Laptop 3",
            "Volume moins (garde le doigt dessus)",
            "Volume plus (garde le doigt dessus)",
        ),
        ("Microsoft", "Xbox", None, None),
        ("Tuxedo", "Pulse 15", None, None),
        (None, None, None, None),
    ],
)
def test_each_maker_has_its_own_keys(maker: str | None, model: str | None, boot: str | None, setup: str | None) -> None:
    found = keys_for("boot", maker, model), keys_for("setup", maker, model)
    assert tuple(entry.words if entry else None for entry in found) == (boot, setup)


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_key_is_said_for_a_maker_of_whom_nothing_is_published(maker: str, model: str) -> None:
    known = {folded(name) for entry in entries() for name in (entry.maker, *entry.also)}
    if folded(maker) not in known:
        assert "touche F" not in starting(maker, model) + entering_setup(maker, model)
        assert "l'écran" in starting(maker, model).lower()


def test_every_entry_says_where_it_was_read() -> None:
    assert all(len(entry.source) > 10 for entry in entries())


async def test_the_step_says_the_key_of_this_maker(world: World) -> None:
    dell = await world.arrived(manufacturer="Dell", model="Latitude 5490")
    unknown = await world.arrived(manufacturer=None, model=None)
    lines = (await world.get(f"/devices/{dell}"))["next_step"]["instructions"]
    assert "Allume, touche F12, choisis la clé." in lines
    lines = (await world.get(f"/devices/{unknown}"))["next_step"]["instructions"]
    assert not any("touche F" in line for line in lines)
    browser = await world.browser()
    assert "touche F2 au démarrage" in (await browser.get(f"/equipements/{dell}/aide")).text


async def test_what_a_workshop_writes_stands_on_its_devices_at_the_step_and_on_no_others(world: World) -> None:
    browser = await world.browser()
    mine = await world.arrived(manufacturer="Dell", model="Latitude 5490")
    other = await world.arrived(manufacturer="Dell", model="OptiPlex 7050")
    page = await browser.get("/modes-d-emploi/ajouter", params={"maker": "Dell", "model": "Latitude 54"})
    said = {
        "topic": "setup", "maker": "Dell", "model": "Latitude 54", "text": "Le mot de passe BIOS est <b>vide</b>.",
        "source": "essayé ici",
    }  # fmt: skip
    short = await browser.post("/modes-d-emploi/ajouter", data={**said, "text": "?", "csrf_token": token_of(page)})
    assert short.status_code == 422
    assert "Latitude 54" in short.text  # what was typed is still there
    kept = await browser.post("/modes-d-emploi/ajouter", data={**said, "csrf_token": token_of(page)})
    assert "C&#39;est noté" in kept.text
    shown = (await browser.get(f"/equipements/{mine}")).text
    assert "Le mot de passe BIOS est &lt;b&gt;vide" in shown
    assert "Le mot de passe BIOS" not in (await browser.get(f"/equipements/{other}")).text
    await world.register("Atelier de Thiers", "63300", "zoe")
    stranger = await world.client.login("zoe")
    assert "Le mot de passe BIOS" not in (await stranger.get("/modes-d-emploi")).text


async def test_it_is_corrected_and_taken_away_and_the_journal_keeps_that(world: World, database: Database) -> None:
    browser = await world.browser()
    page = await browser.get("/modes-d-emploi/ajouter")
    said = {"topic": "open", "maker": "Acer", "text": "Deux vis sous le pied.", "source": "essayé ici"}
    await browser.post("/modes-d-emploi/ajouter", data={**said, "csrf_token": token_of(page)})
    listed = (await browser.get("/modes-d-emploi", params={"q": "acer"})).text
    [address] = {part.split('"')[0] for part in listed.split('href="/modes-d-emploi/')[1:] if "ajouter" not in part[:8]}
    changed = await browser.post(
        f"/modes-d-emploi/{address}", data={**said, "text": "Trois vis sous le pied.", "csrf_token": token_of(page)}
    )
    assert "L&#39;astuce est corrigée" in changed.text
    assert "Trois vis" in (await browser.get("/modes-d-emploi")).text
    await world.post(f"/devices/{(device := await world.arrived(manufacturer='Acer', model='A515'))}/media", DISK)
    for press, shown in (("retirer", False), ("retirer", False), ("remettre", True)):
        pressed = await browser.post(f"/modes-d-emploi/{address}/{press}", data={"csrf_token": token_of(page)})
        assert pressed.status_code == 200
        assert "Trois vis" in pressed.text  # also when it is taken away: the way back stands below
        await world.post(f"/devices/{device}/erasures", {**PURGE, "medium_serial": "S4N1", "result": "failure"})
        assert ("Trois vis" in (await browser.get(f"/equipements/{device}")).text) is shown
    verbs = await journal_verbs(database, "workshop", UUID(world.id))
    assert verbs == ["how-to-put-back", "how-to-removed", "how-to-changed", "how-to-added"]
    assert (await browser.get(f"/modes-d-emploi/{uuid7()}")).status_code == 404


async def test_the_coordination_says_for_which_workshop(world: World) -> None:
    await world.register("Atelier de Thiers", "63300", "zoe")
    browser = await world.client.login("coordination")
    page = await browser.get("/modes-d-emploi/ajouter")
    said = {"topic": "other", "maker": "Acer", "text": "Chargeur de 65 W.", "source": "étiquette"}
    said["csrf_token"] = token_of(page)
    for nobodys in ({}, {"workshop_id": str(uuid7())}):
        assert (await browser.post("/modes-d-emploi/ajouter", data={**said, **nobodys})).status_code == 422
    kept = await browser.post("/modes-d-emploi/ajouter", data={**said, "workshop_id": world.id})
    assert "Atelier de Lens" in kept.text
