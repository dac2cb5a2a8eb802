"""The guides of « Aide », walked: each picture shows what its page shows now, what it outlines can be pressed.

`make pictures` takes them again, in both languages; the slow tests compare them.
"""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.calendar import clock_at, now
from filiere.guides import read_guides
from filiere.identifiers import label_code, uuid7
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live
from filiere.testing.events import incoming
from filiere.testing.guides import Guided, Reader, in_each_language

from .conftest import World
from .erasure.papers import log_of_today

if TYPE_CHECKING:
    from playwright.async_api import Page

SERIAL = "WD-TAPS0001"


@pytest.fixture
async def reader(
    tab: "Page", live: Live, world: World, service: Service, settings: Settings, guided: Guided, language: str
) -> Reader:
    return Reader(tab, service, await live(service, settings), guided, language)


@pytest.mark.browser
@in_each_language
async def test_a_lot_is_received(reader: Reader, world: World) -> None:
    devices = [world.device() for _ in range(3)]
    lot = await world.expects(*devices)
    await reader.be("ada")
    async with reader.guide("recevoir-un-lot") as guide:
        await reader.see("/")
        await guide.step("ouvrir-le-lot", ".card.next a.btn.big")
        await reader.press(".card.next a.btn.big")
        await reader.tab.locator("[data-scan-desk] [name=label]").fill(devices[0]["label"])
        await reader.has_camera()
        await guide.step("scanner", "[data-scan-desk] [name=label]")
        await reader.see(f"/lots/{lot}")
        await reader.unfold("form[action$='/mettre-de-cote']")
        await reader.fill(text=reader.words("Chargeur sans étiquette", "Charger without a label"))
        await guide.step("mettre-de-cote", "form[action$='/mettre-de-cote'] button", "details")
        await world.post(f"/lots/{lot}/arrive", {"labels": [devices[0]["label"], devices[1]["label"]]})
        await reader.see(f"/lots/{lot}")
        await guide.step("compter", "details:has(form[action$='/pointer']) > summary")


@pytest.mark.browser
@in_each_language
async def test_a_computer_is_refurbished(reader: Reader, world: World, tmp_path: Path) -> None:
    demand = {"category": "laptop", "grade": "D", "territory": "62", "wanted": 23}
    await world.hears(incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", "laptop:D:62", demand))
    with clock_at(now() - timedelta(days=1)):
        device = await world.arrived()
    report = tmp_path / "nwipe.log"
    report.write_text(log_of_today(SERIAL))
    await reader.be("ada")
    async with reader.guide("remettre-en-etat") as guide:
        await reader.see("/")
        await guide.step("savoir-quoi-faire", ".card.next a.btn.big")
        await reader.press(".card.next a.btn.big")
        await guide.step("trouver-la-touche", ".advice li", "section")
        await world.post(f"/devices/{device}/media", [{"serial": SERIAL, "kind": "hdd", "size_gb": 1000}])
        await reader.see(f"/equipements/{device}/effacer/{SERIAL}")
        async with reader.tab.expect_navigation():
            await reader.tab.locator("input[type=file]").set_input_files(report)
        await guide.step("lire-le-rapport", "button[name=result][value=success]", "main p:has(button[name=result])")
        await world.wipe(device, SERIAL)
        await reader.see(f"/equipements/{device}/tester")
        await guide.step("tester", "button[name=rest]", ".within-reach")
        await world.tested(device)
        await reader.see(f"/equipements/{device}/classer")
        await guide.step("classer", "#f-cosmetic label", "#f-cosmetic")
        await world.graded(device)
        await reader.see(f"/equipements/{device}")
        await guide.step("dire-qu-il-est-pret", "form[action$='/terminer'] button")


@pytest.mark.browser
@in_each_language
async def test_an_erasure_is_verified(reader: Reader, world: World) -> None:
    await world.colleague("bruno")
    with clock_at(now() - timedelta(days=1)):
        device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": SERIAL, "kind": "hdd", "size_gb": 1000}])
    said = {"level": "clear", "method": "PRNG Stream", "tool": "nwipe", "tool_version": "0.38", "result": "success"}
    await world.post(f"/devices/{device}/erasures", {**said, "medium_serial": SERIAL, "evidence": log_of_today(SERIAL)})
    await reader.be("bruno")
    async with reader.guide("verifier-un-effacement") as guide:
        await reader.see("/a-verifier")
        await guide.step("ouvrir-la-liste", ".card a.btn.big")
        await reader.press(".card a.btn.big")
        await guide.step("confirmer", "form:has(input[value=true]) button")
        await reader.unfold("form:has(input[value=false])")
        await reader.fill(reason=reader.words("Le numéro n'est pas le même.", "The number is not the same."))
        await guide.step("refuser", "form:has(input[value=false]) button")


@pytest.mark.browser
@in_each_language
async def test_a_parcel_is_sent(reader: Reader, world: World) -> None:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    label = (await world.ready(device))["label"]
    promise = {
        "device_id": device, "order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "48",
        "order_reference": "R-318", "relais_name": "Relais Numérique de Mende",
    }  # fmt: skip
    await world.hears(incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", device, promise))
    await reader.be("ada")
    async with reader.guide("expedier-un-colis") as guide:
        await reader.see("/a-expedier")
        await guide.step("choisir-le-colis", ".card a.btn.big")
        await reader.press(".card a.btn.big")
        await reader.tab.locator("form[action$='/scanner'] [name=label]").fill(label)
        await reader.has_camera()
        await guide.step("scanner-dans-le-colis", "form[action$='/scanner'] button[type=submit]")
        await reader.press("form[action$='/scanner'] button[type=submit]")
        await guide.step("dire-qu-il-est-parti", ".card.next a.btn.big")


@pytest.mark.browser
@in_each_language
async def test_a_workshop_is_run(reader: Reader, world: World) -> None:
    device = world.device(manufacturer="Dell", model="Latitude 5490")
    lot = await world.expects(device, world.device(manufacturer="Dell", model="Latitude 5490"))
    await world.post(f"/lots/{lot}/arrive", {"labels": [device["label"]]})
    await world.colleague("bruno")
    await reader.be("ada")
    async with reader.guide("conduire-l-atelier") as guide:
        await reader.see("/pilotage")
        await guide.step("voir-ce-qui-attend", "main td a, main th a")
        wanted = {"act": "withdraw", "reason": "old", "filter": {"lot": lot}}
        bulk = await world.post("/bulks", wanted, status=201)
        await reader.see(f"/ensemble/{bulk['id']}")
        await guide.step("agir-sur-plusieurs", "main form button.big")
        await reader.see(f"/ateliers/{world.id}")
        await guide.step("dire-la-capacite", "form[action$='/capacite'] button")
        await reader.see(f"/ateliers/{world.id}/periodes")
        await reader.tab.locator("#f-first_day").fill("2027-08-02")
        await reader.tab.locator("#f-last_day").fill("2027-08-20")
        await reader.tab.locator("#f-is_closed").check()
        await guide.step("dire-une-semaine-differente", "#f-is_closed", "main")
        await reader.see(f"/equipe/{world.id}")
        await reader.fill(address="zoe@exemple.fr")
        await guide.step("inviter", "form[action$='/inviter'] button")
        await reader.see(f"/equipe/{world.id}")
        await reader.unfold("form[action$='/fonction']:has(input[value=bruno])")
        await guide.step("dire-qui-fait-quoi", "form:has(input[value=bruno]) button[type=submit]", "dialog")
        await reader.see("/modes-d-emploi/ajouter?maker=Dell&model=Latitude")
        await reader.fill(
            text=reader.words("Deux vis sous le pied avant.", "Two screws below the front foot."),
            source=reader.words("essayé ici", "tried here"),
        )
        await guide.step("ecrire-une-astuce", "main form.form button.btn", "main")
        await reader.see(f"/lots/{lot}/actes")
        await guide.step("prendre-le-releve", "a[href*='actes.pdf']")


@pytest.mark.browser
@in_each_language
async def test_workshops_are_followed(reader: Reader, world: World) -> None:
    await world.register("Atelier de Thiers", "63300", "zoe")
    await world.arrived()
    await reader.be("coordination")
    async with reader.guide("suivre-les-ateliers") as guide:
        await reader.see("/ateliers/nouveau")
        await reader.fill(name="Atelier du Gier", postcode="42800", city="Rive-de-Gier")
        await guide.step("enregistrer-un-atelier", "#f-city", "main")
        await reader.see(f"/ateliers/{world.id}/accord")
        await reader.tab.select_option("#f-act", "test")
        await reader.fill(euros="4,50", source=reader.words("Accord, article 3", "Agreement, article 3"))
        await guide.step("saisir-un-prix", "form[action$='/prix'] button")
        await reader.see("/pilotage")
        await guide.step("comparer-les-ateliers", "form.filters button", "main")


@pytest.mark.browser
@in_each_language
async def test_what_comes_back_is_repaired(reader: Reader, world: World) -> None:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    await world.ready(device)
    topic, name = "distribute.devices", "org.filiere.distribute."
    where = {"device_id": device, "relais_id": str(uuid7()), "territory": "48"}
    sale = {**where, "order_id": str(uuid7()), "line_id": str(uuid7())}
    await world.hears(
        incoming(topic, f"{name}device-reserved.v1", device, sale),
        incoming(topic, f"{name}device-shipped.v1", device, sale),
        incoming(topic, f"{name}device-released.v1", device, {**sale, "reason": "Revenu en panne."}),
        incoming(topic, f"{name}device-brought-back.v1", device, {**where, "fault": "screen"}),
    )
    await reader.be("ada")
    async with reader.guide("reparer-un-retour") as guide:
        await reader.see(f"/equipements/{device}")
        await guide.step("attendre-son-retour", ".card.next a[href$='/encore-la']")
        await reader.press(".card.next a[href$='/encore-la']")
        await guide.step("dire-qu-il-est-la", "form[action$='/encore-la'] button")
        await reader.press("form[action$='/encore-la'] button")
        answer = {"device_id": device, "given_back": True}
        await world.hears(incoming(topic, f"{name}device-recall-answered.v1", device, answer))
        await reader.see(f"/equipements/{device}")
        await guide.step("le-reparer", ".card.next a.btn, .card.next button.btn")


@pytest.mark.browser
@in_each_language
async def test_a_disk_that_was_never_wiped_calls_its_device_back(reader: Reader, world: World) -> None:
    device = await world.arrived(manufacturer="Lenovo", model="ThinkPad T480")
    await world.wiped(device, SERIAL)
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    topic, name = "distribute.devices", "org.filiere.distribute."
    where = {"device_id": device, "relais_id": str(uuid7()), "territory": "48"}
    promise = {**where, "order_id": str(uuid7()), "line_id": str(uuid7())}
    await world.hears(incoming(topic, f"{name}device-reserved.v1", device, promise))
    forgotten = {"name": "sdb", "type": "disk", "rota": True, "tran": "sata", "rm": False, "size": 1000204886016}
    said = {"blockdevices": [{**forgotten, "model": "ST1000LM035-1RK172", "serial": "WD-OUBLI0001"}]}
    await world.post(f"/devices/{device}/audits", said)
    await reader.be("ada")
    async with reader.guide("un-disque-oublie") as guide:
        await reader.see(f"/equipements/{device}")
        await guide.step("le-mettre-de-cote", ".card.next li", ".card.next")
        await world.hears(
            incoming(topic, f"{name}device-shipped.v1", device, promise),
            incoming(topic, f"{name}device-recall-answered.v1", device, {"device_id": device, "given_back": False}),
        )
        await reader.see(f"/equipements/{device}")
        await guide.step("il-est-deja-parti", ".card.next a[href$='/encore-la']")
        back = {**where, "fault": "other", "is_recall": True, "from_stock": True}
        await world.hears(
            incoming(topic, f"{name}device-delivered.v1", device, where),
            incoming(topic, f"{name}device-released.v1", device, {**promise, "reason": "Rappelé."}),
            incoming(topic, f"{name}device-brought-back.v1", device, back),
        )
        await reader.see(f"/equipements/{device}")
        await guide.step("attendre-son-retour", ".card.next a[href$='/encore-la']")
        await reader.press(".card.next a[href$='/encore-la']")
        await guide.step("dire-qu-il-est-la", "form[action$='/encore-la'] button")
        await reader.press("form[action$='/encore-la'] button")
        await world.hears(
            incoming(topic, f"{name}device-recall-answered.v1", device, {"device_id": device, "given_back": True})
        )
        await reader.see(f"/equipements/{device}")
        await guide.step("effacer-le-disque", ".card.next a.btn.big")


@pytest.mark.browser
@in_each_language
async def test_a_pallet_with_more_than_its_lot_is_received(reader: Reader, world: World) -> None:
    twice = [world.device(manufacturer=None, model=None, serial=f"5CG8411AB{n}") for n in range(2)]
    lot = await world.expects(*twice)
    await reader.be("ada")
    async with reader.guide("palette-et-surplus") as guide:
        await reader.see(f"/lots/{lot}/palette")
        await reader.fill(laptop="3")
        await guide.step("compter-la-palette", "#f-laptop", "main")
        await reader.press("main form.form button.btn")
        await guide.step("dire-ce-qui-est-en-trop", "#f-surplus input[value=label]", "main")
        await world.post(f"/lots/{lot}/arrive", {"labels": [label_code(900_000)]})
        await reader.see("/ecarts")
        await reader.unfold("form[action$='/recevoir']")
        await guide.step("recevoir-une-autre-etiquette", "input[name=relabel]", ".card")
        await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"] for one in twice]})
        kept, other = twice[0]["device_id"], twice[1]["label"]
        await reader.see(f"/equipements/{kept}/meme-machine?autre={other}")
        await guide.step("comparer-deux-lignes", "#f-compared", "main")


@pytest.mark.browser
@in_each_language
async def test_a_tool_is_given_a_key(reader: Reader, world: World) -> None:
    await reader.be("ada")
    async with reader.guide("donner-une-cle") as guide:
        await reader.see(f"/cles/{world.id}")
        await reader.fill(name=reader.words("Clé USB d'audit", "Audit USB stick"))
        await reader.tab.locator("#f-scopes input").first.check()
        await guide.step("faire-la-cle", "form:has(#f-scopes) button.btn", "main")
        await reader.press("form:has(#f-scopes) button.btn")
        await guide.step("la-copier", "[data-copy]", "main")
        await reader.see(f"/cles/{world.id}")
        await reader.unfold("form[action$='/revoquer']")
        await guide.step("la-revoquer", "form[action$='/revoquer'] button[type=submit]", "dialog")


async def test_everybody_reads_the_guides_and_each_page_leads_to_its_own(world: World, service: Service) -> None:
    anybody = world.client.anonymous()
    for guide in read_guides(service.root / "guides"):
        page = await anybody.get(f"/aide/{guide.name}")
        assert page.status_code == 200
        assert page.text.count('loading="lazy"') == len(guide.steps)
    browser = await world.browser()
    assert "/aide/expedier-un-colis" in (await browser.get("/a-expedier")).text
    assert "/aide/conduire-l-atelier" in (await browser.get("/pilotage")).text
