"""The page of one device of the stock, what a list leaves out, the stock as a file."""

from .conftest import World
from .test_pages import words


async def test_a_device_tells_where_it_stands_and_what_happened_to_it(world: World) -> None:
    relais = await world.relais()
    other = await world.relais("L'autre", postcode="69001")
    order, (label,) = await world.delivered(relais)
    (row,) = await world.rows("SELECT device_id::text FROM stock_item")
    page = f"/stock/equipements/{row['device_id']}"
    browser = await world.client.login(relais["subject"])
    told = words(await browser.get(page))
    assert "Il est au Relais, prêt à être remis." in told
    assert f"Promis à la commande {order['reference']}" in told
    assert told.index("Reçu : envoi") < told.index("Parti dans l'envoi") < told.index("Promis à la commande")
    assert page in (await browser.get("/mon-stock")).text
    assert (await (await world.client.login(other["subject"])).get(page)).status_code == 404
    assert label in words(await (await world.client.login("camille")).get(page))


async def test_what_was_handed_over_is_listed_apart(world: World) -> None:
    relais = await world.relais()
    _, (gone, here) = await world.delivered(relais, 2)
    await world.call(relais["client"], "/handovers", {"label": gone, "kind": "given", "tier": "gift"}, status=201)
    browser = await world.client.login(relais["subject"])
    everything, handed_over = [words(await browser.get(f"/mon-stock{q}")) for q in ("", "?statut=handed_over")]
    assert (here in everything, gone in everything) == (True, False)
    assert (here in handed_over, gone in handed_over) == (False, True)
    file = (await browser.get("/mon-stock.csv")).text
    assert (here in file, gone in file) == (True, False)
    file = (await browser.get("/mon-stock.csv?statut=handed_over")).text
    assert (here in file, gone in file) == (False, True)
    coordination = await world.client.login("camille")
    assert gone in (await coordination.get(f"/stock.csv?statut=handed_over&q={gone}")).text
    assert gone not in words(await coordination.get("/stock"))
