"""The guides of « Aide », walked: each picture shows what its page shows now, what it outlines can be pressed.

`make pictures` takes them again, in both languages; the slow tests compare them.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from collect.pickups.days import closed
from collect.settings import CollectSettings
from filiere.calendar import today
from filiere.testing.browser import Live
from filiere.testing.events import deliver, incoming
from filiere.testing.guides import Guided, Reader, StalePicture, in_each_language
from filiere.testing.sql import rows

from .chain import Chain, laptop, register
from .test_documents import issue, lived, work
from .test_joining import registration
from .told_stories import STORY, devices_of

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, in_each_language]

FLEET = (
    "Type;Marque;Modèle;N° de série;Année;RAM (Go)\n"
    "Portable;HP;EliteBook 840 G5;5CG8472QX1;2021;16\n"
    "Portable;Dell;Latitude 5400;8GHT2W3;2020;8\n"
    "Portable;HP;EliteBook 8440p;5CB0234ZT7;2005;8\n"
)
ASSOCIATION = {
    "beneficiary_name": "Association d'exemple",
    "beneficiary_address": "2 rue du Port, 59000 Lille",
    "beneficiary_purpose": "Équiper des personnes en précarité",
}


@pytest.fixture
def settings(settings: CollectSettings) -> CollectSettings:
    return settings.model_copy(update=ASSOCIATION)


@pytest.fixture
async def reader(
    tab: "Page", live: Live, chain: Chain, settings: CollectSettings, guided: Guided, language: str
) -> Reader:
    return Reader(tab, chain.service, await live(chain.service, settings), guided, language)


def a_working_day() -> str:
    """The first Tuesday from next week on when workshops work."""
    day = today() + timedelta(days=7 + (1 - today().weekday()) % 7)
    while closed(day, "59100"):
        day += timedelta(days=7)
    return day.isoformat()


def just_told(device_id: str, step: int) -> Any:
    """A step of a device's story, now: a history reads from top to bottom."""
    topic, name, data = STORY[step]
    moment = {"occurred_at": datetime.now(UTC).isoformat(), "device_id": device_id}
    return incoming(topic, f"org.filiere.{topic.split('.')[0]}.{name}.v1", device_id, moment | data)


async def test_a_fleet_is_given_with_a_file(reader: Reader) -> None:
    await reader.be("camille")
    async with reader.guide("donner-avec-un-fichier") as guide:
        await reader.see("/dons/nouveau")
        file: Any = {"name": "parc.csv", "mimeType": "text/csv", "buffer": FLEET.encode()}
        await reader.tab.set_input_files("#f-file", file)
        await guide.step("choisir-le-fichier", "form[enctype] button.btn")
        await reader.press("form[enctype] button.btn")
        await guide.step("lire-l-apercu", "form[action$='/brouillon'] button", "main")
        await reader.press("form[action$='/brouillon'] button")
        await reader.tab.locator("[id^=f-year-]").first.fill("2020")
        await guide.step("corriger", "button[value=save]", "main")
        await reader.press("button[value=save]")
        await guide.step("envoyer", "form[action$='/envoyer'] button", "main")
        await reader.press("form[action$='/envoyer'] button")
    assert "/dons/" in reader.tab.url


async def test_a_few_devices_are_given_by_hand(reader: Reader) -> None:
    await reader.be("camille")
    async with reader.guide("donner-a-la-main") as guide:
        await reader.see("/dons/nouveau")
        await guide.step("ouvrir", "a[href$='/dons/nouveau/lignes']")
        await reader.press("a[href$='/dons/nouveau/lignes']")
        await reader.tab.select_option("#f-category-1", "laptop")
        told = {"manufacturer-1": "HP", "model-1": "EliteBook 840 G5", "year-1": "2021", "ram_gb-1": "8"}
        await reader.fill(**told, **{"serial-1": "5CG8472QX1\n5CG8472QX2"})
        await guide.step("decrire", "#f-serial-1", "fieldset")
        await reader.press("button[value=save]")
        await guide.step("relire", "form[action$='/envoyer'] button", "main")
        await reader.press("form[action$='/envoyer'] button")
        await guide.step("se-reprendre", "details:has(form[action$='/retirer']) > summary", "#cote")


async def test_a_pickup_is_prepared(reader: Reader, chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    await chain.do(f"/donations/{donation['id']}/accept")
    await reader.be("camille")
    async with reader.guide("preparer-la-collecte") as guide:
        await reader.see(f"/dons/{donation['id']}")
        await reader.unfold("form[action$='/jours']")
        proposed = {"slots-on1": a_working_day(), "slots-access": "Quai nord", "slots-floor": "Rez-de-chaussée"}
        await reader.fill(**proposed)
        await guide.step("proposer-des-jours", "form[action$='/jours'] button")
        await reader.press("form[action$='/jours'] button")
        await chain.do(f"/donations/{donation['id']}/pickup", {"on": a_working_day()})
        await reader.see(f"/dons/{donation['id']}")
        await guide.step("noter-le-jour", "a[href$='/collecte.ics']")
        await guide.step("coller-les-etiquettes", "main a.btn[href$='/etiquettes']")
        await reader.press("main a.btn[href$='/etiquettes']")
    assert await reader.tab.locator(".label-card").count() == 2


async def test_a_device_is_followed_and_proven(reader: Reader, chain: Chain) -> None:
    donation, lot = await chain.sent(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    first, _ = await devices_of(chain, donation["id"])
    for device in await devices_of(chain, donation["id"]):
        await deliver(chain.database, chain.service, [just_told(device["id"], step) for step in range(5)])
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[])
    await reader.be("camille")
    async with reader.guide("suivre-et-prouver") as guide:
        await reader.see("/equipements?q=5CG84")
        await guide.step("chercher", "main form button", "main")
        await reader.see(f"/equipements/{first['label']}")
        await guide.step("lire-son-histoire", "main .timeline")
        await reader.see(f"/dons/{donation['id']}")
        await guide.step("confirmer-le-compte", "form[action*='/lots/'][action$='/confirmer'] button")
        await reader.press("form[action*='/lots/'][action$='/confirmer'] button")
        await reader.see(f"/dons/{donation['id']}")
        await guide.step("obtenir-le-lien", "form[action$='/preuve'] button")
        await reader.press("form[action$='/preuve'] button")
        await work(chain)
        await guide.step("ouvrir-le-pdf", "main a[href$='.pdf']")


async def test_a_company_gets_its_papers_for_taxes(reader: Reader, chain: Chain) -> None:
    donation = await lived(chain, laptop(serial="5CG8472QX1"), steps=1)
    await reader.be("camille")
    async with reader.guide("recu-fiscal-et-tva") as guide:
        await reader.see(f"/dons/{donation['id']}")
        await guide.step("ouvrir-les-documents", "main a[href$='/documents']")
        await reader.press("main a[href$='/documents']")
        await reader.unfold("form[action$='/valeur']")
        await reader.fill(amount="1250", legal_form="SAS")
        await reader.tab.select_option("#f-method", "book")
        await guide.step("donner-la-valeur", "form[action$='/valeur'] button")
        await reader.press("form[action$='/valeur'] button")
        await guide.step("etablir-le-recu", "form:has(input[value=receipt]) button")
        await reader.press("form:has(input[value=receipt]) button")


async def test_a_public_body_proves_reuse(reader: Reader, chain: Chain) -> None:
    body = await register(chain.coordinator, "217500016", name="Ville d'exemple", public_body=True)
    await chain.client.grant("dominique", "donor", body["id"])
    chain.donor_id, chain.donor = body["id"], await chain.client.as_("dominique")
    donation = await lived(chain, laptop(serial="5CG8472QX1"))
    await reader.be("dominique")
    async with reader.guide("organisme-public") as guide:
        await reader.see(f"/donateurs/{body['id']}")
        await guide.step("voir-votre-fiche", "main .lede", "main")
        await reader.see(f"/dons/{donation['id']}")
        await guide.step("ouvrir-les-documents", "main a[href$='/documents']")
        await reader.press("main a[href$='/documents']")
        await guide.step("prouver-le-reemploi", "form:has(input[value=reuse]) button")
        await reader.see(f"/donateurs/{body['id']}/annees")
        await guide.step("prendre-le-dossier", "form:has(input[name=year]) button", "main")


async def test_a_team_and_its_tools_are_told(reader: Reader, chain: Chain) -> None:
    await reader.be("camille")
    async with reader.guide("votre-equipe-et-vos-outils") as guide:
        await reader.see(f"/equipe/{chain.donor_id}")
        await reader.fill(address="zoe@exemple.fr")
        await guide.step("inviter", "form[action$='/inviter'] button")
        await rows(chain.database, "UPDATE person SET address = 'camille@exemple.fr' WHERE subject = 'camille'")
        await reader.see("/courriels/preferences")
        await guide.step("choisir-les-courriels", "main form button", "main")
        await reader.see(f"/donateurs/{chain.donor_id}/webhooks")
        await reader.fill(url="https://parc.exemple.fr/filiere")
        await reader.tab.locator("#f-kinds input").first.check()
        await guide.step("prevenir-un-outil", "form:has(#f-url) button.btn")
        await reader.see(f"/cles/{chain.donor_id}")
        await reader.fill(name="Inventaire GLPI")
        await reader.tab.locator("#f-scopes input").first.check()
        await guide.step("faire-une-cle", "form:has(#f-scopes) button.btn", "main")


async def test_a_company_registers_itself(reader: Reader) -> None:
    await reader.be("elise")
    async with reader.guide("inscrire-votre-entreprise") as guide:
        await reader.see("/inscription")
        await reader.fill(siren="552 100 554", name="Verreries d'exemple")
        await guide.step("dire-qui-vous-etes", "#f-siren", "main")
        await reader.fill(site_label="Siège", address="12 rue du Port", postcode="59100", city="Roubaix")
        await reader.fill(contact_name="Élise Martin", contact_email="elise@verreries.exemple.fr")
        await guide.step("envoyer-l-inscription", "main form button.btn", "main")
        await reader.press("main form button.btn")
        await guide.step("commencer", "main .note", "main")


async def test_a_stranger_checks_a_document(reader: Reader, chain: Chain) -> None:
    donation = await lived(chain, laptop(serial="5CG8472QX1"), steps=5)
    document = await issue(chain, donation["id"])
    (device,) = await devices_of(chain, donation["id"])
    async with reader.guide("verifier-un-document") as guide:
        await reader.see("/verifier")
        await reader.tab.fill("#code", document["code"])
        await guide.step("taper-le-code", "main form button", "main")
        await reader.press("main form button")
        await guide.step("lire-la-reponse", "main .lede", "main")
        await reader.see(f"/fiche/{device['label']}?publique=1")
        await guide.step("lire-la-fiche", ".said", "main")


async def test_the_coordination_answers_donations(reader: Reader, chain: Chain) -> None:
    itself = (await (await chain.client.as_("elise")).post("/api/v1/registrations", json=registration())).json()
    donation = await chain.declare(laptop(serial="5CG8472QX1"), laptop(serial="5CB0234ZT7", year=2009))
    page = f"/dons/{donation['id']}"
    await reader.be("nadia")
    async with reader.guide("repondre-aux-dons") as guide:
        await reader.see("/")
        await guide.step("ouvrir-la-boite", ".inbox a[href*='/dons']", "main")
        await reader.see(f"/donateurs/{itself['donor_id']}")
        await guide.step("confirmer-l-entreprise", "form[action$='/confirmer'] button")
        await reader.see(f"{page}/lignes?verdict=refused")
        await reader.unfold("form[action*='/verdict']")
        await (
            reader.tab.locator("[id^=reason-]")
            .filter(visible=True)
            .first.fill(reader.words("Vu sur place, en très bon état.", "Seen on site, in very good state."))
        )
        await guide.step("decider-une-ligne", "form[action*='/verdict'] button", "tr")
        await reader.see(page)
        await guide.step("accepter", "form[action$='/accepter'] button", "#cote")
        await reader.press("details:has(form[action$='/decliner']) > summary")
        await reader.tab.fill(
            "#decline-reason", reader.words("Trop loin de nos ateliers.", "Too far from our workshops.")
        )
        await guide.step("decliner", "dialog form[action$='/decliner'] button[type=submit]")


async def test_the_coordination_brings_a_donation_to_a_workshop(reader: Reader, chain: Chain) -> None:
    await chain.know_workshop("Atelier de Lille", "59000", laptop=30)
    donation = await chain.declare(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    await chain.do(f"/donations/{donation['id']}/accept")
    slots = {"slots": [{"on": a_working_day(), "part": "morning"}]}
    assert (await chain.donor.put(f"/api/v1/donations/{donation['id']}/slots", json=slots)).is_success
    await reader.be("nadia")
    async with reader.guide("de-la-collecte-a-l-atelier") as guide:
        await reader.see("/consignes")
        await guide.step("ecrire-les-consignes", "form:has(#f-french) button.btn", "main")
        await reader.see(f"/dons/{donation['id']}")
        await reader.see(f"/dons/{donation['id']}")
        chosen = "form[action$='/planifier']:has(input[type=hidden][name=on]) button"
        await guide.step("confirmer-le-jour", chosen)
        await reader.press(chosen)
        await guide.step("dire-que-c-est-collecte", "form[action$='/collecter'] button", "#cote")
        await reader.unfold("#f-not_found")
        await reader.fill(not_found=(await devices_of(chain, donation["id"]))[0]["label"])
        await guide.step("dire-ce-qui-manquait", "form:has(#f-not_found) button.btn")
        await reader.see(f"/dons/{donation['id']}")
        await reader.press("form[action$='/collecter'] button")
        lot = (await chain.get(f"/lots?donation_id={donation['id']}"))["items"][0]["id"]
        await reader.see(f"/lots/{lot}")
        await guide.step("preparer-le-manifeste", "form[action$='/manifeste'] button")
        await guide.step("choisir-l-atelier", "form[action$='/envoyer'] button")
        await reader.unfold("form[action$='/partager']")
        await guide.step("partager-le-lot", "form[action$='/partager'] button[type=submit]")


async def test_the_coordination_looks_after_people_and_needs(reader: Reader, chain: Chain) -> None:
    demand = {"category": "tablet", "grade": "B", "territory": "48", "wanted": 120}
    await chain.hear("distribute.demand", "demand-updated", "tablet:B:48", **demand)
    await reader.be("nadia")
    async with reader.guide("personnes-et-besoins") as guide:
        await reader.see("/acces")
        await reader.tab.locator("form[action$='/inviter'] input[type=email]").fill("omar@coordination.exemple.fr")
        await guide.step("inviter", "form[action$='/inviter'] button")
        await reader.press("form[action$='/inviter'] button")
        await reader.see("/donateurs/nouveau")
        await reader.fill(siren="552 100 554", name="Verreries d'exemple", contact_name="Élise Martin")
        await guide.step("inscrire-un-donateur", "main form button.btn", "main")
        await reader.see("/besoins")
        await guide.step("voir-ce-qui-manque", "main .card.next", "main")
        await reader.see("/besoins/appels/nouveau")
        await reader.tab.select_option("#f-category", "tablet")
        await guide.step("ecrire-aux-donateurs", "form[action$='/appels/nouveau'] button.btn", "main")
        await reader.see("/courriels")
        await guide.step("voir-les-courriels", "main table", "main")


async def test_another_word_or_place_on_a_page_makes_its_picture_stale(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--pictures"):
        pytest.skip("nothing is compared while pictures are taken")
    await reader.be("elise")

    async def walk(change: str) -> None:
        async with reader.guide("inscrire-votre-entreprise") as guide:
            monkeypatch.setattr(guide, "taken", dict.fromkeys(step.name for step in guide.guide.steps))
            await reader.see("/inscription")
            await reader.fill(siren="552 100 554", name="Verreries d'exemple")
            await reader.tab.evaluate(change)
            await guide.step("dire-qui-vous-etes", "#f-siren", "main")

    await walk("() => {}")
    for change, told in (
        ("document.querySelector('main h1').textContent = 'Un autre titre'", "Un autre titre"),
        ("document.querySelector('label[for=f-siren]').textContent = 'SIRET'", "-label: SIREN"),
        ("document.querySelector('main .help').remove()", "-span: #"),
        ("document.querySelector('#f-siren').parentElement.style.marginLeft = '120px'", "input\\[text\\] "),
    ):
        with pytest.raises(StalePicture, match=f"make pictures[^$]*{told}"):
            await walk(change)
