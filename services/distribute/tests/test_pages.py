"""The pages, by the clicks that people make, without script."""

import html
import re
from typing import Any

import httpx
from distribute.allocation.proposals import service as proposals
from distribute.allocation.proposals.computing import compute
from filiere.calendar import today
from filiere.identifiers import uuid7
from filiere.testing.answers import found
from filiere.testing.translations import untranslated

from .conftest import World


def hidden(text: str) -> str:
    return found(r'name="csrf_token" value="([^"]+)"', text)[1]


def words(answer: httpx.Response) -> str:
    """What a person reads, spaces and all."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ").split())


async def submit(browser: httpx.AsyncClient, path: str, action: str | None = None, **fields: Any) -> httpx.Response:
    """Open a page, fill one of its forms, press its button."""
    shown = await browser.get(path)
    assert shown.status_code == 200, shown.text
    return await browser.post(action or path, data={"csrf_token": hidden(shown.text), **fields})


async def test_a_relais_orders_in_two_clicks_and_follows_its_order(world: World) -> None:
    relais = await world.relais()
    await world.ready(3)
    browser = await world.client.login(relais["subject"])
    shop = await submit(browser, "/commander", plus="tablet", tablet="1")
    assert 'name="tablet" id="q-tablet" value="2"' in shop.text
    assert str(shop.url).partition("?")[2].partition("#")[0] == "tablet=2", "nothing of the form but the basket"
    assert "de 0 à" in words(shop)
    order = await submit(browser, "/commander", **{"tablet": "2", "tablet-grade": "B", "public": "seniors"})
    assert order.status_code == 200
    assert "Ses prix sont fixés" in words(order)
    assert "La coordination doit d'abord approuver" in words(order)
    listed = await browser.get("/mes-commandes", params={"statut": "placed"})
    assert "R-" in words(listed)
    assert "Rien ne correspond" in words(await browser.get("/mes-commandes", params={"statut": "closed"}))


async def test_an_empty_basket_is_refused_with_a_sentence_and_keeps_the_rest(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    refused = await submit(browser, "/commander", public="seniors")
    assert refused.status_code == 422
    assert "Choisissez au moins un équipement." in words(refused)
    assert '<option value="seniors" selected>' in refused.text


async def test_a_relais_without_an_agreement_is_told_so(world: World) -> None:
    relais = await world.relais(signed=False)
    browser = await world.client.login(relais["subject"])
    assert "convention n'est pas encore signée" in words(await browser.get("/commander"))
    refused = await submit(browser, "/commander", tablet="1")
    assert refused.status_code == 409
    assert "pas encore de convention signée" in words(refused)


async def computed(world: World) -> str:
    """Page of a proposal that was computed a moment ago."""
    async with world.database.read() as session:
        problem, policy = await proposals.take_snapshot(session, today())
    async with world.database.unit_of_work() as session:
        return f"/attributions/propositions/{await proposals.keep(session, compute(problem, policy), 'camille')}"


async def test_the_way_of_an_order_through_the_pages(world: World) -> None:
    relais = await world.relais()
    await world.ready(2)
    browser = await world.client.login(relais["subject"])
    await submit(browser, "/commander", tablet="2")
    order = (await world.read(relais["client"], "/orders"))["items"][0]
    page = f"/commandes/{order['id']}"
    coordinator = await world.client.login("camille")
    assert "1 commande à approuver" in words(await coordinator.get("/commandes"))
    await submit(coordinator, page, f"{page}/approuver")
    proposal = await computed(world)
    preview = await coordinator.get(proposal)
    assert "Réserver ces équipements" in words(preview)
    run = await submit(coordinator, proposal, f"{proposal}/approuver")
    assert "Attribution n° 1 faite." in words(run)
    shipment = await submit(coordinator, page, "/envois", order_id=order["id"])
    assert "Faire partir cet envoi" in words(shipment)
    path = shipment.url.path
    left = await submit(coordinator, path, f"{path}/expedier")
    assert "est parti" in words(left)
    labels = [
        item["label"] for item in (await world.read(relais["client"], f"/devices?order_id={order['id']}"))["items"]
    ]
    assert "Recevoir l'envoi" in words(await browser.get(page))
    first = await submit(browser, path, f"{path}/recevoir", label=labels[0])
    assert "1 équipement reçu, 1 encore en route" in words(first)
    wrong = await submit(browser, path, f"{path}/recevoir", label="FIL-00000-1")
    assert 'data-sound="wrong"' in wrong.text
    await submit(browser, path, f"{path}/recevoir", label=labels[1])

    till = await submit(browser, "/caisse", label=labels[0])
    assert "Palier" in words(till)
    device = f"/caisse/equipements/{labels[0]}"
    chosen = {"id": str(uuid7()), "e": labels[0], "tier": "very_solidary", "means": "cash"}
    refused = await submit(browser, device, "/caisse/panier/remettre", **chosen, person_alias="Awa Diallo")
    assert refused.status_code == 422
    assert "ressemble à un nom complet" in words(refused)
    sold = {**chosen, "person_alias": "A-17", "public": "seniors"}
    receipt = await submit(browser, device, "/caisse/panier/remettre", **sold)
    assert "Garantie : 2 ans" in words(receipt)
    assert "A-17" not in words(receipt)
    again = await submit(browser, "/caisse", label=labels[0])
    assert again.status_code == 409
    assert "déjà été remis" in words(again)
    assert "A-17" in words(await browser.get("/caisse"))
    assert "A-17" not in words(await browser.get("/caisse/remises.csv"))
    assert "Prêt à distribuer" in words(await browser.get("/mon-stock"))
    order_again = found(r'<a class="btn quiet" href="([^"]+)">Recommander', (await browser.get(page)).text)[1]
    review = await browser.get(html.unescape(order_again))
    assert "Vérifiez, puis commandez" in words(review)
    assert 'name="tablet" id="q-tablet" value="2"' in review.text
    assert (await world.read(relais["client"], "/orders"))["total"] == 1, "nothing is ordered before it was looked at"


async def test_a_coordinator_registers_a_relais_and_its_agreement(world: World) -> None:
    coordinator = await world.client.login("camille")
    refused = await submit(coordinator, "/relais/nouveau", name="Le Fil", postcode="48000")
    assert refused.status_code == 422
    assert 'value="Le Fil"' in refused.text
    assert refused.text.count("Choisissez au moins un public.") == 2, "on top, and beside the boxes"
    made = await submit(
        coordinator,
        "/relais/nouveau",
        name="Le Fil",
        legal_form="association",
        address="3 rue du Pont",
        postcode="48000",
        city="Mende",
        publics=["seniors", "femmes"],
        people_supported="40",
        may_sell="true",
        requested_on="2026-06-01",
    )
    assert "Convention à signer" in words(made)
    path = made.url.path
    signed = await submit(coordinator, path, f"{path}/convention", signed_on="2026-11-01", signed_by="La directrice")
    assert "signée en 153 jours" in words(signed)
    await world.client.login("relais-mende")  # an identifier that nobody has is refused
    member = await submit(coordinator, path, f"{path}/membres", subject="relais-mende")
    assert "peut agir pour le Relais" in words(member)
    for page in ("/relais", "/stock", "/envois", "/attributions"):
        assert (await coordinator.get(page)).status_code == 200


async def test_pages_of_another_relais_do_not_exist(world: World) -> None:
    mine, other = await world.relais("Le nôtre"), await world.relais("L'autre", postcode="69001")
    order, (label,) = await world.delivered(mine)
    given = await world.call(mine["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    shipment = (await world.read(mine["client"], "/shipments"))["items"][0]
    stranger = await world.client.login(other["subject"])
    for path in (
        f"/commandes/{order['id']}",
        f"/envois/{shipment['id']}",
        f"/caisse/equipements/{label}",
        f"/caisse/recus/{given['id']}",
    ):
        assert (await stranger.get(path)).status_code == 404, path
    for path in ("/a-faire", "/attributions", "/stock", "/relais", f"/relais/{other['id']}"):
        assert (await stranger.get(path)).status_code == 403, path
    coordinator = await world.client.login("camille")
    for path in ("/caisse", f"/caisse/recus/{given['id']}", "/mon-stock", "/commander"):
        assert (await coordinator.get(path)).status_code == 403, path


async def test_each_role_begins_on_its_own_page(world: World) -> None:
    relais = await world.relais()
    assert (await (await world.client.login(relais["subject"])).get("/")).url.path == "/aujourd-hui"
    assert (await (await world.client.login("camille")).get("/")).url.path == "/a-faire"
    nobody = await (await world.client.login("nobody")).get("/")
    assert "pas encore de rôle" in words(nobody)


def test_every_text_has_an_english_translation() -> None:
    assert untranslated("distribute") == []


async def test_my_stock_is_my_relais_s_also_for_somebody_who_coordinates(world: World) -> None:
    mine, other = await world.relais(), await world.relais("Autre Relais")
    await world.client.grant(mine["subject"], "coordinator")
    await world.ready(4)
    await world.order(mine, {"category": "tablet", "min_grade": "B", "quantity": 1})
    await world.order(other, {"category": "tablet", "min_grade": "B", "quantity": 2})
    await world.allocate()
    browser = await world.client.login(mine["subject"])
    page = words(await browser.get("/mon-stock"))
    (own,) = await world.rows(f"SELECT label FROM stock_item WHERE relais_id = '{mine['id']}'")
    others = await world.rows(f"SELECT label FROM stock_item WHERE relais_id IS DISTINCT FROM '{mine['id']}'")
    assert own["label"] in page
    assert not [one["label"] for one in others if one["label"] in page]
