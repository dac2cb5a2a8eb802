"""The page of an order: what it says once the order is over, what is promised to it, and how it is decided."""

import re
from collections import Counter

import httpx
from filiere.testing.answers import Json
from filiere.web.i18n import read_catalogue

from .conftest import World
from .test_pages import submit, words
from .test_why import LOCALES

TABLETS = {"category": "tablet", "quantity": 2, "min_grade": "B"}


async def shown(browser: httpx.AsyncClient, order: Json, **params: str) -> str:
    return words(await browser.get(f"/commandes/{order['id']}", params=params))


async def test_a_cancelled_order_promises_no_next_allocation(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS)
    browser = await world.client.login(relais["subject"])
    assert "La prochaine attribution s'en occupera." in await shown(browser, order)
    await world.allocate()
    await world.call(relais["client"], f"/orders/{order['id']}/cancel")
    page = await shown(browser, order)
    assert "Arrêtée" in page
    assert "attribution s'en occupera" not in page
    before, _, history = page.partition("Tout ce qui s'est passé")
    assert "Aucun équipement" not in before, "what a run found told of what could still come"
    assert "Aucun équipement" in history, "what happened stays to be read"


async def test_an_order_says_when_it_was_cancelled_and_by_whom(world: World) -> None:
    relais = await world.relais()
    for subject, said, english in (
        (relais["subject"], "par le Relais", "by the Relais"),
        ("camille", "par la coordination", "by the coordination"),
    ):
        browser = await world.client.login(subject)
        # The coordination has to say why.
        for reason in ("", "Commande passée deux fois.")[subject == "camille" :]:
            order = await world.order(relais, TABLETS)
            path = f"/commandes/{order['id']}"
            page = words(await submit(browser, path, f"{path}/annuler", reason=reason))
            assert re.search(rf"Annulée le \d+(?:er)? \w+( \d+)? {said}\. {reason}", page)
            assert re.search(rf"Cancelled on .* {english}\.", await shown(browser, order, lang="en"))
            await browser.get(path, params={"lang": "fr"})
    told = Counter(event.data["reason"] for event in await world.published("order-cancelled"))
    assert told == {
        "Le Relais a annulé sa commande.": 2,
        "La coordination a annulé la commande.": 1,
    }, "what people write stays with the order"


async def test_an_order_cancelled_before_it_was_kept_by_whom_says_when(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS)
    await world.call(relais["client"], f"/orders/{order['id']}/cancel", {"reason": "Annulée à la demande du Relais."})
    await world.rows("UPDATE relais_order SET cancelled_by = NULL")
    browser = await world.client.login(relais["subject"])
    assert re.search(
        r"Annulée le \d+(?:er)? \w+( \d+)?\. Annulée à la demande du Relais\.", await shown(browser, order)
    )
    assert "Cancelled at the Relais' request." in await shown(browser, order, lang="en")
    assert "Annulée depuis la page de la commande." in read_catalogue(LOCALES / "en.po")


async def test_the_dialog_speaks_of_reserved_devices_only_when_there_are(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS)
    browser = await world.client.login(relais["subject"])
    page = await shown(browser, order)
    assert "Rien n'est réservé pour elle." in page
    assert "Annuler la commande Revenir" in page
    await world.ready(1)
    await world.allocate()
    assert "Les équipements réservés seront proposés à d'autres." in await shown(browser, order)


async def test_replacements_are_told_from_what_was_asked_for(world: World) -> None:
    relais = await world.relais()
    await world.ready(1, category="laptop", manufacturer="Lenovo", model="ThinkPad T480")
    await world.ready(1, category="desktop", manufacturer="Dell", model="OptiPlex 3050")
    await world.ready(1, category="desktop", manufacturer=None, model=None)
    order = await world.order(relais, {"category": "laptop", "quantity": 3, "substitutes": ["desktop"]})
    await world.allocate()
    browser = await world.client.login(relais["subject"])
    page = await shown(browser, order)
    assert "Ordinateur portable · Lenovo ThinkPad T480 catégorie B" in page
    assert "Ordinateur de bureau · Dell OptiPlex 3050 Remplacement" in page
    assert "Ordinateur de bureau Remplacement" in page
    assert page.count("demandé : ordinateur portable") == page.count("Remplacement") == 2
    assert "Desktop computer · Dell OptiPlex 3050 Replacement" in await shown(browser, order, lang="en")


async def test_how_it_is_decided_is_said_once(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS, {**TABLETS, "category": "laptop"})
    browser = await world.client.login(relais["subject"])
    assert "Comment c'est décidé" not in await shown(browser, order)
    await world.allocate()
    assert (await shown(browser, order)).count("Comment c'est décidé") == 1


async def test_a_refused_order_is_called_so_wherever_it_is_named(world: World) -> None:
    relais = await world.relais()
    refused = await world.order(relais, TABLETS, approved=False)
    taken_back = await world.order(relais, TABLETS)
    for order in (refused, taken_back):
        await world.call(world.coordinator, f"/orders/{order['id']}/cancel", {"reason": "Plus de tablettes."})
    own, theirs = await world.client.login(relais["subject"]), await world.client.login("camille")
    for browser in (own, theirs):
        no, gone = await shown(browser, refused), await shown(browser, taken_back)
        assert ("Refusée le" in no, "refusée" in no, "nnulée" in no) == (True, True, False)
        assert ("Annulée le" in gone, "efusée" in gone) == (True, False)
    for address in ("/mes-commandes", "/aujourd-hui"):
        listed = words(await own.get(address))
        assert (listed.count("Refusée"), listed.count("Annulée") - ("/mes" in address)) == (1, 1), address
    rows = (await own.get("/mes-commandes.csv")).text
    assert ("Refusée" in rows, "Annulée" in rows) == (True, True)
