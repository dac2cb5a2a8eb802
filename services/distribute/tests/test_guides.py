"""The guides of « Aide », walked: each picture shows what its page shows now, what it outlines can be pressed.

`make pictures` takes them again, in both languages; the slow tests compare them.
"""

import re
from typing import TYPE_CHECKING

import pytest
from filiere.guides import read_guides
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live
from filiere.testing.guides import Guided, Reader, in_each_language

from .conftest import World
from .test_after_sale import back, sold
from .test_pages import computed
from .test_price_lists import drafted

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.fixture
async def reader(
    tab: "Page", live: Live, world: World, service: Service, settings: Settings, guided: Guided, language: str
) -> Reader:
    return Reader(tab, service, await live(service, settings), guided, language)


@pytest.mark.browser
@in_each_language
async def test_devices_are_ordered(reader: Reader, world: World) -> None:
    relais = await world.relais()
    await world.ready(1, category="laptop", manufacturer="Lenovo", model="ThinkPad T480")
    await world.ready(4, category="desktop", manufacturer="Dell", model="OptiPlex 3050")
    order = await world.order(relais, {"category": "laptop", "quantity": 3})
    await world.allocate()
    await reader.be(relais["subject"])
    async with reader.guide("commander") as guide:
        await reader.see("/commander")
        await reader.tab.fill("#q-laptop", "2")
        await guide.step("choisir-les-quantites", "#q-laptop", "section.card")
        await reader.press("button[name=plus][value=laptop]")
        await guide.step("envoyer-la-commande", "#choisis button.btn")
        await reader.see(f"/commandes/{order['id']}")
        await guide.step("lire-la-reponse", "table.listed tbody .chip", "tr")
        await guide.step("accepter-autre-chose", "details:has([name=min_grade]) > summary", "td")


@pytest.mark.browser
@in_each_language
async def test_a_shipment_is_received(reader: Reader, world: World) -> None:
    relais = await world.relais()
    devices = await world.ready(2, category="laptop", manufacturer="HP", model="EliteBook 840 G5")
    order = await world.order(relais, {"category": "laptop", "quantity": 2})
    await world.allocate()
    [shipment] = await world.send(order)
    await reader.be(relais["subject"])
    async with reader.guide("recevoir-un-envoi") as guide:
        await reader.see(f"/commandes/{order['id']}")
        await guide.step("ouvrir-l-envoi", f"a.btn[href$='/envois/{shipment['id']}']")
        await reader.see(f"/envois/{shipment['id']}")
        await reader.tab.locator("form[action$='/recevoir'] [name=label]").first.fill(devices[0]["label"])
        await reader.has_camera()
        await guide.step("scanner-chaque-equipement", "form[action$='/recevoir'] [name=label]", "form")
        await reader.tab.locator("form[action$='/recevoir'] [name=label]").first.press("Enter")
        await reader.tab.locator("h2", has_text=re.compile("^1 ")).wait_for()
        await guide.step("voir-ce-qui-manque", "[data-last] .scanned", "[data-last]")
        await reader.see(f"/envois/{shipment['id']}/modes-d-emploi")
        await guide.step("imprimer-les-modes-d-emploi", "a[href*='.pdf']")


@pytest.mark.browser
@in_each_language
async def test_a_device_is_handed_over(reader: Reader, world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, category="laptop", manufacturer="HP", model="EliteBook 840 G5")
    await reader.be(relais["subject"])
    async with reader.guide("remettre-un-equipement") as guide:
        await reader.see("/caisse")
        await reader.has_camera()
        await guide.step("scanner-a-la-caisse", "form [name=label]", "form")
        await reader.see(f"/caisse/panier?e={label}")
        await reader.tab.check("#f-tier input[value=gift]")
        await guide.step("choisir-le-palier", "#f-tier input[value=gift]", "#f-tier")
        await reader.unfold("#f-person_alias")
        await reader.fill(person_alias="A-17")
        await guide.step("ecrire-un-repere", "#f-person_alias", ".field")
        await guide.step("remettre", "button[formaction$='/remettre']", "p")
        await reader.press("button[formaction$='/remettre']")
        await guide.step("donner-le-recu", "a[href$='/mode-d-emploi']", "p")


@pytest.mark.browser
@in_each_language
async def test_a_refusal_is_understood(reader: Reader, world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, category="laptop")
    [coming] = await world.ready(1, category="tablet")
    order = await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.allocate()
    await world.send(order)
    unsigned = await world.relais("Sans convention", postcode="69001", signed=False)
    await reader.be(relais["subject"])
    async with reader.guide("comprendre-un-refus") as guide:
        await reader.see("/caisse")
        await reader.scan(coming["label"], "/caisse")
        await guide.step("pas-encore-recu", ".error", ".error")
        await reader.see("/caisse")
        await reader.scan("FIL-00000-0", "/caisse")
        await guide.step("pas-dans-votre-stock", ".error", ".error")
        await reader.see(f"/caisse/panier?e={label}")
        await reader.tab.check("#f-tier input[value=gift]")
        await reader.unfold("#f-person_alias")
        await reader.fill(person_alias="marie dupont")
        await reader.press("button[formaction$='/remettre']")
        await guide.step("repere-refuse", "#f-person_alias", ".field")
        await reader.be(unsigned["subject"])
        await reader.see("/commander")
        await guide.step("convention-a-signer", ".note", ".note")


@pytest.mark.browser
@in_each_language
async def test_little_is_kept_of_a_person(reader: Reader, world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, category="laptop", manufacturer="HP", model="EliteBook 840 G5")
    body = {"label": label, "kind": "given", "person_alias": "A-17"}
    await world.call(relais["client"], "/handovers", body, status=201)
    await reader.be(relais["subject"])
    async with reader.guide("garder-le-moins-possible") as guide:
        await reader.see("/caisse/reperes")
        await reader.fill(alias="A-17")
        await guide.step("voir-ce-qui-est-garde", "form[action$='/reperes'] button")
        await reader.press("form[action$='/reperes'] button")
        await guide.step("effacer-le-repere", "details:has(form[action$='/effacer']) > summary")


@pytest.mark.browser
@in_each_language
async def test_ready_devices_are_shared(reader: Reader, world: World) -> None:
    relais, other = await world.relais(), await world.relais("Espace d'Issoire", postcode="63500")
    await world.ready(3, category="laptop")
    waiting = await world.order(relais, {"category": "laptop", "quantity": 1}, approved=False)
    await world.order(other, {"category": "laptop", "quantity": 4})
    await reader.be("camille")
    async with reader.guide("attribuer") as guide:
        await reader.see(f"/commandes/{waiting['id']}/approuver")
        await guide.step("approuver-une-commande", "form[action$='/approuver'] button.btn", "form")
        await world.call(world.coordinator, f"/orders/{waiting['id']}/approve")
        await reader.see("/attributions")
        await guide.step(
            "preparer-une-attribution", ".head form[action$='/propositions'] button, .head details > summary", ".head"
        )
        proposal = await computed(world)
        await reader.see(proposal)
        await guide.step("lire-la-proposition", "main a[href*='/lignes/']", "tr")
        await guide.step("reserver", "details:has(form[action$='/approuver']) > summary")
        run = await world.allocate()
        await reader.see(f"/attributions/{run['id']}")
        await guide.step("annuler-une-attribution", "details:has(form[action$='/annuler']) > summary", ".row")


@pytest.mark.browser
@in_each_language
async def test_relais_are_followed(reader: Reader, world: World) -> None:
    relais = await world.relais(signed=False)
    await reader.be("camille")
    async with reader.guide("suivre-les-relais") as guide:
        await reader.see("/relais/nouveau")
        await reader.fill(name="Espace Numérique d'Issoire")
        await guide.step("enregistrer-un-relais", "#f-name", "main")
        await reader.see(f"/relais/{relais['id']}")
        await guide.step("enregistrer-la-convention", "form[action$='/convention'] button")
        await reader.fill(public_contact="04 66 00 00 00")
        await guide.step("donner-le-contact", "form[action$='/contact'] button")


@pytest.mark.browser
@in_each_language
async def test_what_comes_back_is_helped(reader: Reader, world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, category="laptop", manufacturer="HP", model="EliteBook 840 G5")
    await world.ready(1, category="laptop", manufacturer="Dell", model="Latitude 5490")
    sale = await sold(world, relais, label)
    await reader.be(relais["subject"])
    async with reader.guide("faire-le-sav") as guide:
        await reader.see("/sav")
        await guide.step("scanner-ce-qui-revient", "form [name=code]", "form")
        await reader.see(f"/sav/remises/{sale['id']}")
        await reader.tab.check("#f-fault input[value=screen]")
        await reader.tab.check("#f-way input[value=network]")
        await guide.step("choisir-la-suite", "#f-way input[value=network]", "#f-way")
        case = await back(world, relais, sale, way="network")
        await reader.see(f"/sav/{case['id']}")
        await guide.step("renvoyer-a-l-atelier", "form[action$='/renvoyer'] button", "form")
        await world.call(relais["client"], f"/after-sale/{case['id']}/send-back", {"carrier": "La Poste"})
        for shipment in await world.send({"id": case["order_id"]}):
            labels = {"labels": [one["label"] for one in shipment["items"]]}
            await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", labels)
        await reader.see(f"/sav/{case['id']}")
        await guide.step("remettre-ce-qui-est-garde", ".card.next form[action$='/regler'] button")


@pytest.mark.browser
@in_each_language
async def test_what_breaks_is_followed_and_recalled(reader: Reader, world: World) -> None:
    relais = await world.relais()
    hp = {"manufacturer": "HP", "model": "EliteBook 840 G5"}
    _, (first, second) = await world.delivered(relais, 2, None, category="laptop", **hp)
    case = await back(world, relais, await sold(world, relais, first))
    await reader.be("camille")
    async with reader.guide("suivre-le-sav") as guide:
        await reader.see(f"/sav/{case['id']}")
        await guide.step("demander-un-equipement", "form[action$='/demander'] button", ".card.next")
        await guide.step("dire-qui-paie", "form[action$='/qui-paie'] select", "form")
        await reader.see("/sav/pannes")
        await guide.step("compter-les-pannes", "main table th", "table")
        await reader.see("/rappels")
        await guide.step("rappeler", "form [name=label]", "form")
        recall = {"label": second, "what": "model", "reason": "fault"}
        made = await world.call(world.coordinator, "/recalls", recall, status=201)
        await reader.see(f"/rappels/{made['id']}")
        await guide.step("finir-le-rappel", "details:has(form[action$='/terminer']) > summary", "section")


@pytest.mark.browser
@in_each_language
async def test_what_is_due_is_followed(reader: Reader, world: World) -> None:
    relais = await world.relais()
    await reader.be("camille")
    async with reader.guide("suivre-ce-qui-est-du") as guide:
        await reader.see(f"/relais/{relais['id']}/releve")
        await guide.step("ecrire-les-conditions", "form[action$='/conditions'] button.btn", "section.card")
        await guide.step("faire-une-facture", "form[action$='/facturer'] button.btn", "section.card")
        await reader.tab.fill("#f-amount_cents", "120")
        await guide.step("noter-un-paiement", "form[action$='/paiements'] button.btn", "section.card")


@pytest.mark.browser
@in_each_language
async def test_prices_are_published(reader: Reader, world: World) -> None:
    made = await drafted(world, label="nouveaux prix")
    await reader.be("camille")
    async with reader.guide("publier-des-prix") as guide:
        await reader.see("/prix")
        await guide.step("preparer-une-liste", "main form[action$='/prix'] button.btn", "div.row")
        await reader.see(f"/prix/{made['id']}")
        await guide.step("ecrire-les-prix", "#f-laptop__solidary__A", "section.card")
        await reader.see(f"/prix/{made['id']}/comparer")
        await guide.step("comparer-et-publier", "main details > summary.btn")


async def test_everybody_reads_the_guides_and_each_page_leads_to_its_own(world: World, service: Service) -> None:
    anybody = world.client.anonymous()
    for guide in read_guides(service.root / "guides"):
        page = await anybody.get(f"/aide/{guide.name}")
        assert page.status_code == 200
        assert page.text.count('loading="lazy"') == len(guide.steps)
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    assert "/aide/commander" in (await browser.get("/commander")).text
    assert "/aide/remettre-un-equipement" in (await browser.get("/caisse")).text
    coordination = await world.client.login("camille")
    assert "/aide/attribuer" in (await coordination.get("/attributions")).text
