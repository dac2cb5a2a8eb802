"""Espace Recharge: codes come in sealed, leave once, are shown once, and come back only by a reasoned act."""

import asyncio
import re
from datetime import timedelta

from distribute.retention.service import forget_old
from filiere.calendar import clock_at, now, today
from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import value

from .conftest import World
from .test_pages import words
from .topping_up import (
    CODES,
    csrf_token,
    offer,
    office,
    restocked,
    sale,
    stocked,
    take_in,
)


async def test_a_code_is_sold_shown_once_and_again_only_with_a_reason(world: World) -> None:
    relais, offer_id = await stocked(world)
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/recharges/vendre/{offer_id}")).text
    sale_id = re.search(r'name="id" value="([^"]+)"', page)[1]  # type: ignore[index]
    form = {"csrf_token": csrf_token(page), "id": sale_id, "offer_id": offer_id, "kind": "sold", "means": "cash"}
    sold = await browser.post(f"/recharges/vendre/{offer_id}", data=form)
    slip, address = sold.text, f"/recharges/remises/{sale_id}"
    assert sold.url.path == address
    assert CODES[0] not in slip
    shown = await browser.post(f"{address}/code", data={"csrf_token": csrf_token(slip)})
    assert CODES[0] in shown.text
    assert "no-store" in shown.headers["cache-control"]
    assert CODES[0] not in (await browser.get(address)).text
    refused = await browser.post(f"{address}/code", data={"csrf_token": csrf_token(slip)})
    assert refused.status_code == 422
    assert CODES[0] not in refused.text
    again = await browser.post(f"{address}/code", data={"csrf_token": csrf_token(slip), "again": "not_printed"})
    assert CODES[0] in again.text
    journal = (await browser.get(address)).text
    assert "l'impression n'a pas marché" in journal.replace("&#39;", "'")


async def test_twenty_at_once_and_each_code_leaves_once(world: World) -> None:
    relais, offer_id = await stocked(world, 5)
    answers = await asyncio.gather(
        *(relais["client"].post("/api/v1/topups/sales", json=sale(offer_id)) for _ in range(20))
    )
    assert {one.status_code for one in answers} <= {201, 409, 503}  # 503: a loaded machine lets some wait too long
    while (last := await relais["client"].post("/api/v1/topups/sales", json=sale(offer_id))).status_code == 201:
        answers.append(last)
    assert last.status_code == 409
    sold = [one.json()["code_id"] for one in answers if one.status_code == 201]
    assert len(sold) == len(set(sold)) == 5


async def test_the_same_press_twice_sells_once(world: World) -> None:
    relais, offer_id = await stocked(world, 5)
    body = sale(offer_id)
    answers = await asyncio.gather(*(relais["client"].post("/api/v1/topups/sales", json=body) for _ in range(20)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.json()["code_id"] for one in answers}) == 1
    (mine,) = [one for one in await world.read(relais["client"], "/topups/offers") if one["id"] == offer_id]
    assert (mine["at_relais"], mine["left"]) == (4, 1)
    await world.call(relais["client"], "/topups/sales", {**body, "kind": "given"}, status=409)


async def test_a_page_from_before_never_leads_a_second_person_to_the_code_of_the_first(world: World) -> None:
    relais, offer_id = await stocked(world, 2)
    browser = await world.client.login(relais["subject"])
    address = f"/recharges/vendre/{offer_id}"
    token = csrf_token((await browser.get(address)).text)
    form = {"csrf_token": token, "id": str(uuid7()), "offer_id": offer_id, "kind": "sold", "means": "cash"}
    slip = await browser.post(address, data=form)
    assert slip.url.path == f"/recharges/remises/{form['id']}"
    await browser.post(f"{slip.url.path}/code", data={"csrf_token": csrf_token(slip.text)})
    again = await browser.post(address, data=form)
    assert again.status_code == 422
    assert form["id"] not in again.text, "the next press is a sale of its own"


async def test_an_unseen_code_comes_back_and_a_seen_one_goes_to_the_network_with_a_reason(world: World) -> None:
    relais, offer_id = await stocked(world, 2)
    first = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    await world.call(relais["client"], f"/topups/sales/{first['id']}/undo", {"reason": "changed_mind"})
    await world.call(relais["client"], f"/topups/sales/{first['id']}/undo", {"reason": "changed_mind"}, status=409)
    second = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    assert second["code_id"] == first["code_id"]
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/recharges/remises/{second['id']}")).text
    await browser.post(f"/recharges/remises/{second['id']}/code", data={"csrf_token": csrf_token(page)})
    undo = f"/topups/sales/{second['id']}/undo"
    await world.call(relais["client"], undo, {"reason": "changed_mind"}, status=409)
    await world.call(relais["client"], undo, {"reason": "changed_mind", "unused": "operator_says"})
    (mine,) = [one for one in await world.read(relais["client"], "/topups/offers") if one["id"] == offer_id]
    assert (mine["at_relais"], mine["left"], mine["returned"]) == (1, 0, 1)
    third = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    assert third["code_id"] != first["code_id"]
    await world.call(relais["client"], "/topups/sales", sale(offer_id), status=409)


async def test_the_journal_the_closing_and_the_accounts_hold_it_and_the_proof_holds(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    _, (label,) = await world.delivered(relais)
    await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    gone = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    await world.call(relais["client"], f"/topups/sales/{gone['id']}/undo", {"reason": "wrong_price"})
    await world.call(relais["client"], "/topups/sales", sale(offer_id, kind="given"), status=201)
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert proof["holds"], proof["breaks"]
    assert (proof["entries"], proof["total_cents"]) == (5, 500)
    closed = await world.call(relais["client"], "/till/closings/days", {"counted_cents": 500}, status=201)
    assert closed["amount_cents"] == 500
    browser = await world.client.login(relais["subject"])
    simple = (await browser.get("/caisse/comptabilite/simple.csv")).text
    assert "recharge" in simple
    assert "R-0000" in simple
    sided = (await browser.get("/caisse/comptabilite/ecritures.csv")).text
    assert "Ventes de recharges" in sided


async def test_a_share_of_a_sale_is_due_on_the_statement_too(world: World) -> None:
    relais, offer_id = await stocked(world, 2)
    terms = {"from_day": today().isoformat(), "basis": "per_sale", "percent": 40}
    answer = await world.coordinator.put(f"/api/v1/relais/{relais['id']}/dues-terms", json=terms)
    assert answer.is_success, answer.text
    gone = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    assert (await world.read(world.coordinator, f"/relais/{relais['id']}/statement"))["due_cents"] == 200
    await world.call(relais["client"], f"/topups/sales/{gone['id']}/undo", {"reason": "wrong_price"})
    said = await world.read(world.coordinator, f"/relais/{relais['id']}/statement")
    assert said["credited_cents"] == -200
    page = (await (await office(world)).get(f"/relais/{relais['id']}/releve")).text
    assert "recharge" in page
    assert (await world.read(world.coordinator, "/dues/verification"))["breaks"] == []


async def test_a_person_has_so_much_a_month_and_no_more(world: World) -> None:
    relais, offer_id = await stocked(world, 10)
    for _ in range(6):
        await world.call(relais["client"], "/topups/sales", sale(offer_id, person_alias="A-17"), status=201)
    refused = await world.call(relais["client"], "/topups/sales", sale(offer_id, person_alias="a-17"), status=409)
    assert "Il reste 0" in refused["detail"]
    await world.call(relais["client"], "/topups/sales", sale(offer_id, person_alias="B-2", kind="given"), status=201)


async def test_a_repere_is_given_out_erased_and_forgotten_with_top_ups_too(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    given = sale(offer_id, kind="given", person_alias="A-17", criterion="attestation", seen_by="CB")
    await world.call(relais["client"], "/topups/sales", given, status=201)
    kept = await world.call(relais["client"], "/aliases/export", {"alias": "a-17"})
    assert [(one["is_topup"], one["criterion"]) for one in kept["handovers"]] == [(True, "attestation")]
    await world.call(relais["client"], "/aliases/erase", {"alias": "A-17"})
    said = "SELECT count(*) FROM topup_sale WHERE coalesce(person_alias, criterion, seen_by) IS NOT NULL"
    assert await value(world.database, said) == 0
    await world.call(relais["client"], "/topups/sales", sale(offer_id, person_alias="B-2"), status=201)
    with clock_at(now() + timedelta(days=800)):
        assert await forget_old(world.database) == 1
    assert await value(world.database, said) == 0


async def test_what_is_short_is_shared_as_devices_are_and_nobody_is_forgotten(world: World) -> None:
    first, second = await world.relais(), await world.relais("L'autre")
    unsigned = await world.relais("Sans convention", signed=False)
    offer_id = (await offer(world))["id"]
    await take_in(world, offer_id, "\n".join(CODES[:12]))
    address = f"/topups/offers/{offer_id}"
    for relais, codes in ((first, 20), (second, 2), (second, 4), (unsigned, 5)):  # the second asks again: instead
        await world.call(relais["client"], f"{address}/ask", {"codes": codes})
    shared = {one["relais_id"]: one for one in await world.call(world.coordinator, f"{address}/share", {})}
    assert shared[first["id"]]["given"] + shared[second["id"]]["given"] == 12
    assert shared[second["id"]] == {"relais_id": second["id"], "wanted": 4, "given": 2}
    assert shared[unsigned["id"]]["given"] == 0
    await world.call(world.coordinator, f"{address}/share", {}, status=409)
    told = await published(world.database, "topup-codes-sent")
    assert sorted(one.data["codes"] for one in told) == [2, 10]
    await take_in(world, offer_id, "\n".join(CODES[12:30]))
    await world.call(world.coordinator, f"{address}/share", {})
    (mine,) = [one for one in await world.read(second["client"], "/topups/offers") if one["id"] == offer_id]
    assert mine["at_relais"] == 4
    page = (await (await world.client.login(first["subject"])).get("/recharges")).text
    assert "20 codes chez vous" in page.replace("\N{NO-BREAK SPACE}", " ")


async def test_unsold_codes_are_given_back_and_sent_to_somebody_else(world: World) -> None:
    relais, offer_id = await stocked(world, 5)
    other = await world.relais("L'autre")
    back = {"codes": 3, "reason": "no_coverage"}
    await world.call(relais["client"], f"/topups/offers/{offer_id}/give-back", back)
    await world.call(relais["client"], f"/topups/offers/{offer_id}/give-back", back, status=409)
    await world.call(
        world.coordinator, f"/topups/offers/{offer_id}/send", {"relais_id": other["id"], "codes": 3}, status=409
    )
    await restocked(world, offer_id)
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", {"relais_id": other["id"], "codes": 3})
    found = await world.read(world.coordinator, "/topups/offers")
    (all_of_it,) = [one for one in found if one["id"] == offer_id]
    assert (all_of_it["in_stock"], all_of_it["at_relais"], all_of_it["left"], all_of_it["returned"]) == (0, 5, 0, 0)


async def test_a_code_that_works_no_more_is_neither_sent_nor_sold(world: World) -> None:
    relais = await world.relais()
    offer_id = (await offer(world))["id"]
    tomorrow = (today() + timedelta(days=1)).isoformat()
    await take_in(world, offer_id, f"{CODES[0]};{tomorrow}\n{CODES[1]};{tomorrow}\n{CODES[2]}")
    send = f"/topups/offers/{offer_id}/send"
    await world.call(world.coordinator, send, {"relais_id": relais["id"], "codes": 1})
    with clock_at(now() + timedelta(days=3)):
        await world.call(relais["client"], "/topups/sales", sale(offer_id), status=409)
        await world.call(world.coordinator, send, {"relais_id": relais["id"], "codes": 2}, status=409)
        await world.call(world.coordinator, send, {"relais_id": relais["id"], "codes": 1})
        await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)


async def test_a_code_that_works_no_more_is_no_stock_and_is_given_back_first_for_good(world: World) -> None:
    relais = await world.relais()
    offer_id = (await offer(world))["id"]
    tomorrow = (today() + timedelta(days=1)).isoformat()
    await take_in(world, offer_id, f"{CODES[0]};{tomorrow}\n{CODES[1]};{tomorrow}\n{CODES[2]}\n{CODES[3]}")
    to_relais = {"relais_id": relais["id"], "codes": 1}
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", to_relais)
    with clock_at(now() + timedelta(days=3)):
        (mine,) = [one for one in await world.read(relais["client"], "/topups/offers") if one["id"] == offer_id]
        assert (mine["at_relais"], mine["expired"], mine["expires_on"]) == (0, 1, None)
        (all_of_it,) = [one for one in await world.read(world.coordinator, "/topups/offers") if one["id"] == offer_id]
        assert (all_of_it["in_stock"], all_of_it["at_relais"], all_of_it["expired"]) == (2, 0, 2)
        page = await (await office(world)).get(f"/reseau-recharges/{offer_id}")
        assert "2 codes périmés" in page.text
        assert "1 code périmé" in (await (await world.client.login(relais["subject"])).get("/recharges")).text
        await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", to_relais)
        back = {"codes": 1, "reason": "expires"}
        await world.call(relais["client"], f"/topups/offers/{offer_id}/give-back", back)
        (mine,) = [one for one in await world.read(relais["client"], "/topups/offers") if one["id"] == offer_id]
        assert (mine["at_relais"], mine["expired"]) == (1, 0)
        assert "périmé" in words(await (await office(world)).get(f"/reseau-recharges/{offer_id}/rendus"))
        await restocked(world, offer_id, status=409)
        (all_of_it,) = [one for one in await world.read(world.coordinator, "/topups/offers") if one["id"] == offer_id]
        assert (all_of_it["in_stock"], all_of_it["returned"]) == (1, 1)


async def test_how_far_the_activation_is_is_told_and_by_whom(world: World) -> None:
    relais, offer_id = await stocked(world, 1)
    made = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    said = {"activation": "refused", "told_by": "operator"}
    told = await world.call(relais["client"], f"/topups/sales/{made['id']}/activation", said)
    assert (told["activation"], told["activation_told_by"]) == ("refused", "operator")
    (event,) = await published(world.database, "topup-activation-told")
    assert event.data["activation"] == "refused"
    assert "told_by" not in event.data


async def test_a_price_begins_on_a_later_day_and_never_changes(world: World) -> None:
    relais, offer_id = await stocked(world, 2)
    tomorrow = today() + timedelta(days=1)
    price = {"cents": 400, "valid_from": today().isoformat(), "source": "Convention de 2026"}
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/prices", price, status=422)
    price["valid_from"] = tomorrow.isoformat()
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/prices", price)
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/prices", price, status=422)
    assert (await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201))["amount_cents"] == 500
    with clock_at(now() + timedelta(days=1)):
        assert (await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201))["amount_cents"] == 400
