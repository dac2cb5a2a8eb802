"""The page of a run, by the clicks of the coordination: approved once, followed to shipments, undone, exported."""

from collections.abc import Callable

from filiere.testing.answers import Json

from .conftest import World
from .test_approval import propose
from .test_pages import computed, hidden, submit, words

TABLET = {"category": "tablet", "quantity": 3, "min_grade": "C"}


async def two_relais(world: World) -> list[Json]:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    orders = [await world.order(one, TABLET) for one in (mende, lyon)]
    await world.ready(4)
    return orders


async def test_a_second_click_on_approve_leads_to_the_run_of_the_first(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    shown = await browser.get(page)
    form = {"csrf_token": hidden(shown.text)}
    first = await browser.post(f"{page}/approuver", data=form)
    second = await browser.post(f"{page}/approuver", data=form)
    assert second.status_code == 200
    assert second.url.path == first.url.path
    assert "Cette proposition est déjà approuvée : attribution n° 1." in words(second)
    assert (await world.read(world.coordinator, "/allocations"))["total"] == 1
    assert await world.statuses() == {"reserved": 4}


async def test_what_was_given_up_is_not_approved_and_its_page_says_so(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    form = {"csrf_token": hidden((await browser.get(page)).text)}
    await world.call(world.coordinator, f"/proposals/{page.rpartition('/')[2]}/cancel")
    late = await browser.post(f"{page}/approuver", data=form)
    assert (late.status_code, late.url.path) == (200, page)
    assert "Cette proposition n'est pas à approuver : abandonnée." in words(late)
    assert await world.statuses() == {"available": 4}


async def test_an_undone_run_says_what_came_back_what_had_left_and_what_to_do(world: World) -> None:
    orders = await two_relais(world)
    browser = await world.client.login("camille")
    run = await world.allocate()
    await world.send(orders[0])
    page = f"/attributions/{run['id']}"
    left = next(one["allocated"] for one in run["results"] if one["order_id"] == orders[0]["id"])
    back = 4 - left
    asked = words(await browser.get(page))
    assert f"{back} équipements qui ne sont pas partis redeviennent disponibles. Les lignes attendent de nouveau." in (
        asked
    )
    undone = words(await submit(browser, page, f"{page}/annuler"))
    assert f"{back} équipements revenus au stock Annulée : aujourd'hui," in undone
    assert f"{left} équipements étaient déjà partis : ils restent à leurs Relais." in undone
    assert "Elle avait attribué 4 équipements sur 6 demandés." in undone
    assert "4 équipements attribués sur 6 demandés" not in undone
    assert "Une nouvelle proposition repart du stock" in undone
    assert f"{left} / 3" in undone
    assert f"0 / 3 {back} attribués, puis {back} repris" in undone
    assert "Rien gardé" in undone
    assert "Annuler cette attribution" not in undone
    again = words(await submit(browser, page, f"{page}/annuler"))
    assert "L'attribution n° 1 est déjà annulée." in again
    complete = words(await browser.get(page, params={"lignes": "complete"}))
    assert ("R-1 " in complete) == (left == 3)


async def test_a_line_of_a_run_is_found_and_exported(world: World) -> None:
    await two_relais(world)
    run = await world.allocate()
    browser = await world.client.login("camille")
    page = f"/attributions/{run['id']}"
    whole = words(await browser.get(page))
    assert "Mende Lozère (48)" in whole
    assert "Lignes Toutes" in whole
    one = words(await browser.get(page, params={"q": "lyon"}))
    assert "1 ligne " in one
    assert "Rhône (69)" in one
    assert "Mende" not in one
    assert "1 ligne " in words(await browser.get(page, params={"q": "r-1"}))
    exported = await browser.get(f"{page}/lignes.csv", params={"q": "mende"})
    header, line = exported.content.decode("utf-8-sig").splitlines()
    assert header == "commande;relais;departement;categorie;categorie_minimale;manquait;attribues;gardes;raison"
    assert line.startswith("R-1;Mende;48;tablette;C;3;")
    runs = (await browser.get("/attributions.csv")).content.decode("utf-8-sig").splitlines()
    assert runs[0] == "attribution;faite;automatique;demandes;attribues;lignes;regle;annulee"
    assert runs[1].endswith(";non;6;4;2;allocation_2026 v1;")
    assert (await browser.get(f"{page[:-4]}0000/lignes.csv")).status_code == 404


async def test_one_button_prepares_the_shipments_of_all_orders_of_the_run(world: World) -> None:
    orders = await two_relais(world)
    await world.ready(1, workshop_id="0193a1b2-0000-7000-8000-0000000000a2", workshop_name="Atelier de Lyon")
    other = await world.order(await world.relais("Ailleurs", postcode="75001"), {**TABLET, "quantity": 1})
    run = await world.allocate()
    page = f"/attributions/{run['id']}"
    browser = await world.client.login("camille")
    assert "3 commandes ont des équipements réservés, sans envoi" in words(await browser.get(page))
    await world.call(world.coordinator, "/shipments", {"order_id": orders[1]["id"]}, status=201)
    assert "2 commandes ont des équipements réservés, sans envoi" in words(await browser.get(page))
    packed = await submit(browser, page, f"{page}/envois")
    assert packed.url.path == "/envois"
    carried = await world.rows(
        "SELECT s.order_id, s.workshop_id, count(*) AS n FROM shipment s JOIN shipment_item i ON i.shipment_id = s.id"
        " JOIN stock_item d USING (device_id) WHERE s.status = 'preparing' AND i.removed_at IS NULL"
        " AND d.order_id = s.order_id AND d.workshop_id = s.workshop_id GROUP BY 1, 2"
    )
    assert sum(row["n"] for row in carried) == 5, "each device in the shipment of its order and workshop"
    assert {str(row["order_id"]) for row in carried} == {one["id"] for one in (*orders, other)}
    assert "sans envoi" not in words(await browser.get(page))
    again = words(await submit(browser, page, f"{page}/envois"))
    assert "Rien n'attend plus d'envoi" in again


async def test_the_run_leads_to_the_rule_it_followed(world: World, with_rules: Callable[..., None]) -> None:
    await two_relais(world)
    await propose(world)
    run = await world.allocate()
    with_rules("allocation_automne", valid_from="2026-02-01", cap_per_run="25")
    browser = await world.client.login("camille")
    shown = await browser.get(f"/attributions/{run['id']}")
    assert 'href="/attributions/regle?regle=allocation_2026"' in shown.text
