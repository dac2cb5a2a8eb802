"""Pages of proposals, by the clicks that the coordination makes, without script."""

import asyncio

from .test_pages import computed, submit, words
from .test_working import workers

TABLET = {"category": "tablet", "quantity": 3, "min_grade": "C"}


async def two_relais(world):
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    orders = [await world.order(one, TABLET) for one in (mende, lyon)]
    await world.ready(4)
    return mende, lyon, orders


async def test_from_the_wish_to_the_promise(world):
    await two_relais(world)
    browser = await world.client.login("camille")
    asked = await submit(browser, "/attributions", "/attributions/propositions")
    assert "Le calcul avance" in words(asked)
    assert 'hx-trigger="every 1s"' in asked.text
    assert "1 proposition vous attend" in words(await browser.get("/attributions"))
    page = str(asked.url.path)
    async with workers(world):
        for _ in range(200):
            await asyncio.sleep(0.05)
            shown = await browser.get(page)
            if "Réserver ces équipements" in words(shown):
                break
    assert "4 équipements proposés sur 6 demandés" in words(shown)
    assert "2 Relais reçoivent quelque chose" in words(shown)
    assert "4 équipements pour 6 demandés par 2 Relais" in words(shown)
    proved = await submit(browser, page, f"{page}/preuve")
    assert "le calcul refait donne le même résultat" in words(proved)
    run = await submit(browser, page, f"{page}/approuver")
    assert "Attribution n° 1 faite." in words(run)
    assert "Voir la proposition et sa preuve" in words(run)
    assert "Approuvée" in words(await browser.get(page))
    again = await browser.post(f"{page}/approuver", data={"csrf_token": ""})
    assert again.status_code in (403, 409)


async def test_the_coordination_changes_a_line_and_changes_its_mind(world):
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    lines = (await world.read(world.coordinator, f"/proposals/{page.rpartition('/')[2]}/lines"))["items"]
    line = next(one for one in lines if one["relais_name"] == "Lyon")
    form = f"{page}/lignes/{line['line_id']}"
    refused = await submit(browser, form, given="4", reason="Un atelier ouvre lundi.")
    assert refused.status_code == 422
    assert "La ligne attend 3 équipements au plus." in words(refused)
    assert "Un atelier ouvre lundi." in refused.text
    scarce = await submit(browser, form, given="3", reason="Un atelier ouvre lundi.")
    assert "2 au plus : rien d'autre de ce que la ligne accepte n'est libre." in words(scarce)
    changed = await submit(browser, form, given="1", reason="Un atelier ouvre lundi.")
    assert "Décision de la coordination : Un atelier ouvre lundi." in words(changed)
    assert "Modifiée" in words(await browser.get(page, params={"only": "changed"}))
    exported = await browser.get(f"{page}/lignes.csv", params={"q": "lyon"})
    assert exported.text.count("\r\n") == 2
    assert "3 équipements proposés sur 6 demandés" in words(await browser.get(page))
    back = await submit(browser, form, f"{form}/retablir")
    assert "Décision de la coordination" not in words(back)
    dropped = await submit(browser, page, f"{page}/abandonner")
    assert "abandonnée" in words(dropped)
    assert await world.statuses() == {"available": 4}


async def test_a_proposal_stands_beside_other_ways_to_share(world):
    mende, _, _ = await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    first_come = words(await browser.get(f"{page}/comparaison"))
    assert "Premier arrivé, premier servi" in first_come
    assert "Indice de Gini" in first_come
    found = await world.read(world.coordinator, f"/proposals/{page.rpartition('/')[2]}/comparison")
    assert found["ours"]["minimum_weighted_share"] > found["theirs"]["minimum_weighted_share"]
    assert (found["ours"]["given"], found["theirs"]["given"]) == (4, 4)
    assert {one["name"]: one["theirs"] for one in found["relais"]} == {"Mende": 3, "Lyon": 1}
    assert set(found["ours"]["by_territory"]) == {"48", "69"}
    assert set(found["ours"]["by_public"]) == {"femmes", "seniors"}
    other = (await computed(world)).rpartition("/")[2]
    beside = await browser.get(f"{page}/comparaison", params={"avec": other})
    assert "avec : Proposition n° 2" in words(beside)
    assert "Au prorata des demandes" in words(await browser.get(f"{page}/comparaison", params={"avec": "proportional"}))
    rule = await (await world.client.login(mende["subject"])).get("/attributions/regle")
    assert "les Relais les moins servis d'abord" in words(rule)
    assert "Séniors" in words(rule)
