"""What was done by mistake with top-ups is put right, and what has served never becomes stock again."""

import re
from datetime import timedelta
from typing import Any

import pytest
from distribute.retention.service import forget_old
from distribute.topups.errors import AskTheOperator, CodeWasUsed, NoSuchCodes, OfferClosed, OfferKnown
from filiere.calendar import clock_at, now, today
from filiere.testing.events import published
from filiere.testing.sql import value

from .conftest import World
from .test_pages import submit, words
from .topping_up import CODES, TWO_GIGABYTES, numbers, of_kind, offer, office, restocked, sale, stocked, take_in


async def shown(world: World, relais: Any, offer_id: str) -> str:
    """A top-up is sold, and its seller reads the code; its handover."""
    made = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    page = f"/recharges/remises/{made['id']}"
    await submit(await world.client.login(relais["subject"]), page, f"{page}/code")
    return str(made["id"])


async def of_offer(world: World, who: Any, offer_id: str) -> Any:
    (found,) = [one for one in await world.read(who, "/topups/offers") if one["id"] == offer_id]
    return found


async def test_a_relais_chooses_which_codes_it_gives_back(world: World) -> None:
    relais, offer_id = await stocked(world, 4)
    other = await world.relais("L'autre")
    first, _, third, _ = await numbers(relais["client"], offer_id, "at_relais")
    browser = await world.client.login(relais["subject"])
    page = f"/recharges/rendre/{offer_id}"
    assert f"R-{first:06d}" in words(await browser.get(page))
    nothing = await submit(browser, page, reason="not_asked_for")
    assert nothing.status_code == 422
    assert "Choisissez au moins un code." in words(nothing)
    done = await submit(browser, page, numbers=[str(first), str(third)], reason="not_asked_for")
    assert "2 codes rendus." in words(done)
    assert await numbers(world.coordinator, offer_id, "returned") == [first, third]
    again = await submit(browser, page, numbers=[str(first)], reason="not_asked_for")
    assert NoSuchCodes.title in words(again)
    await world.call(
        other["client"],
        f"/topups/offers/{offer_id}/give-back",
        {"numbers": [first + 1], "reason": "expires"},
        status=409,
    )
    (told,) = await published(world.database, "topup-codes-returned")
    assert (told.data["codes"], told.data["relais_id"]) == (2, relais["id"])


async def test_a_code_that_was_shown_is_stock_again_only_by_number_and_once_its_operator_confirms(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    sale_id = await shown(world, relais, offer_id)
    undone = {"reason": "changed_mind", "unused": "still_here"}
    await world.call(relais["client"], f"/topups/sales/{sale_id}/undo", undone)
    await world.call(relais["client"], f"/topups/offers/{offer_id}/give-back", {"codes": 1, "reason": "expires"})
    read, unread = await numbers(world.coordinator, offer_id, "returned")
    restock = f"/topups/offers/{offer_id}/restock"
    refused = await world.call(world.coordinator, restock, {"numbers": [read, unread]}, status=422)
    assert refused["title"] == AskTheOperator.title
    browser = await office(world)
    page = f"/reseau-recharges/{offer_id}/rendus"
    seen = (await browser.get(page)).text
    assert f'value="{unread}" checked' in seen
    assert f'value="{read}" checked' not in seen, "nothing that was read goes by itself"
    await submit(browser, page, numbers=[str(unread)])
    assert await numbers(world.coordinator, offer_id, "returned") == [read]
    late = await submit(browser, page, numbers=[str(read)])
    assert AskTheOperator.title in words(late)
    done = await submit(browser, page, numbers=[str(read)], operator_confirms="true")
    assert f"R-{read:06d}" in words(done), "the journal names it"
    assert (await of_offer(world, world.coordinator, offer_id))["in_stock"] == 2


async def test_a_code_that_has_served_never_comes_back(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    used, refused = await shown(world, relais, offer_id), await shown(world, relais, offer_id)
    sales = "/topups/sales"
    told = {"told_by": "operator"}
    await world.call(relais["client"], f"{sales}/{used}/activation", {"activation": "asked", **told})
    undone = {"reason": "changed_mind", "unused": "operator_says"}
    answer = await world.call(relais["client"], f"{sales}/{used}/undo", undone, status=409)
    assert answer["title"] == CodeWasUsed.title
    slip = words(await (await world.client.login(relais["subject"])).get(f"/recharges/remises/{used}"))
    assert "Cette remise ne s'annule plus." in slip
    await world.call(relais["client"], f"{sales}/{refused}/activation", {"activation": "refused", **told})
    await world.call(relais["client"], f"{sales}/{refused}/undo", undone)
    (back,) = await numbers(world.coordinator, offer_id, "returned")
    said = {"numbers": [back], "operator_confirms": True}
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/restock", said, status=409)
    with pytest.raises(Exception, match="its operator refused"):
        await world.rows(f"UPDATE topup_code SET status = 'in_stock', returned_why = NULL WHERE number = {back}")


async def test_the_words_of_an_offer_are_corrected(world: World) -> None:
    offer_id = (await offer(world))["id"]
    await world.call(world.coordinator, "/topups/offers", {**TWO_GIGABYTES, "name": "5 Go"}, status=201)
    browser = await office(world)
    page, said = f"/reseau-recharges/{offer_id}", {"operator": "Un opérateur", "how_to": "Tapez le code."}
    fixed = await submit(browser, page, f"{page}/corriger", **said, name="2 Go, 30 jours")
    assert "Un opérateur · 2 Go, 30 jours" in words(fixed)
    assert "« Un opérateur · 2 Go »" in words(fixed), "the journal says what it was"
    taken = await submit(browser, page, f"{page}/corriger", **said, name="5 Go")
    assert taken.status_code == 422
    assert OfferKnown.title in words(taken)
    assert 'value="5 Go"' in taken.text


async def test_a_closed_offer_is_neither_asked_for_nor_handed_over_and_its_codes_are_explained(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    other = await world.relais("L'autre")
    await world.call(other["client"], f"/topups/offers/{offer_id}/ask", {"codes": 5})
    await take_in(world, offer_id, CODES[10])
    browser = await office(world)
    page = f"/reseau-recharges/{offer_id}"
    closed = await submit(browser, page, f"{page}/fermer")
    assert "Au réseau : 1. Chez des Relais, qui peuvent les rendre : 3." in words(closed)
    of_it = f"/topups/offers/{offer_id}"
    for who, path, body in (
        (relais["client"], "/topups/sales", sale(offer_id)),
        (relais["client"], f"{of_it}/ask", {"codes": 1}),
        (world.coordinator, f"{of_it}/send", {"relais_id": relais["id"], "codes": 1}),
        (world.coordinator, f"{of_it}/share", None),
        (world.coordinator, f"{of_it}/close", None),
    ):
        assert (await world.call(who, path, body, status=409))["title"] == OfferClosed.title
    assert OfferClosed.title in words_of(await take_in(world, offer_id, CODES[11]))
    assert await world.read(other["client"], "/topups/requests") == []
    mine = words(await (await world.client.login(relais["subject"])).get("/recharges"))
    assert "offre fermée" in mine
    assert "Aucune recharge chez vous" in mine
    assert "2 Go" not in words(await (await world.client.login(other["subject"])).get("/recharges"))
    await world.call(relais["client"], f"{of_it}/give-back", {"codes": 3, "reason": "not_asked_for"})
    await restocked(world, offer_id)
    assert (await of_offer(world, world.coordinator, offer_id))["in_stock"] == 4
    await submit(browser, page, f"{page}/rouvrir")
    await world.call(world.coordinator, f"{of_it}/reopen", status=409)
    await world.call(world.coordinator, f"{of_it}/send", {"relais_id": relais["id"], "codes": 1})
    await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    names = [one.type for one in await published(world.database, "topup-offer-closed", "topup-offer-reopened")]
    assert len(names) == 2


async def test_a_price_to_come_is_taken_back_and_one_that_has_begun_is_not(world: World) -> None:
    offer_id = (await offer(world))["id"]
    tomorrow = (today() + timedelta(days=1)).isoformat()
    price = {"cents": 4, "valid_from": tomorrow, "source": "Une virgule oubliée"}
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/prices", price)
    browser = await office(world)
    page = f"/reseau-recharges/{offer_id}"
    gone = await submit(browser, page, f"{page}/prix/retirer", valid_from=tomorrow)
    assert "Ce prix est retiré" in words(gone)
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/prices", {**price, "cents": 400})
    address = f"/api/v1/topups/offers/{offer_id}/prices"
    for day in ("2026-01-01", (today() + timedelta(days=9)).isoformat()):
        assert (await world.coordinator.delete(f"{address}/{day}")).status_code == 409
    with pytest.raises(Exception, match="neither changed nor deleted"):
        await world.rows("DELETE FROM topup_price WHERE cents = 500")
    with clock_at(now() + timedelta(days=1)):
        assert (await of_offer(world, world.coordinator, offer_id))["cents"] == 400


async def test_a_file_taken_in_by_mistake_is_forgotten_while_nobody_had_a_code_of_it(world: World) -> None:
    offer_id = (await offer(world))["id"]
    right = (await world.call(world.coordinator, "/topups/offers", {**TWO_GIGABYTES, "name": "5 Go"}, status=201))["id"]
    await take_in(world, offer_id, "\n".join(CODES[:5]))
    (lot,) = await world.read(world.coordinator, f"/topups/offers/{offer_id}/lots")
    assert lot["may_be_withdrawn"]
    browser = await office(world)
    page = f"/reseau-recharges/{offer_id}"
    gone = await submit(browser, page, f"{page}/lots/retirer", lot_id=lot["id"])
    assert "ses codes sont oubliés" in words(gone)
    twice = await submit(browser, page, f"{page}/lots/retirer", lot_id=lot["id"])
    assert "déjà retiré" in words(twice)
    assert "5 codes importés." in words_of(await take_in(world, right, "\n".join(CODES[:5])))
    relais = await world.relais()
    await world.call(world.coordinator, f"/topups/offers/{right}/send", {"relais_id": relais["id"], "codes": 1})
    (lot,) = await world.read(world.coordinator, f"/topups/offers/{right}/lots")
    assert not lot["may_be_withdrawn"]
    await world.call(world.coordinator, f"/topups/offers/{right}/lots/{lot['id']}/withdraw", status=409)
    assert (await of_offer(world, world.coordinator, right))["in_stock"] == 4, "all of it, or nothing"
    with pytest.raises(Exception, match="never deleted"):
        await world.rows("DELETE FROM topup_code")
    (told,) = await published(world.database, "topup-codes-withdrawn")
    assert told.data["codes"] == 5


async def test_a_real_network_begins_without_examples(world: World) -> None:
    assert await world.read(world.coordinator, "/topups/offers") == []
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    assert "Aucune offre pour le moment" in words(await browser.get("/recharges/demander"))


async def test_one_person_asks_for_several_structures_in_one_go(world: World) -> None:
    relais, other, stranger = await world.relais(), await world.relais("L'autre"), await world.relais("Ailleurs")
    await world.call(world.coordinator, f"/relais/{other['id']}/members", {"subject": relais["subject"]})
    offer_id = (await offer(world))["id"]
    second = (await world.call(world.coordinator, "/topups/offers", {**TWO_GIGABYTES, "name": "5 Go"}, status=201))[
        "id"
    ]
    browser = await world.client.login(relais["subject"])
    page = "/recharges/demander"
    both = words(await browser.get(page))
    assert "L'autre" in both
    lines = [f"{whose['id']} {what}" for whose in (relais, other) for what in (offer_id, second)]
    done = await submit(browser, page, line=lines, codes=["10", "", "0", "7"], shown=["", "", "", ""])
    assert "C'est demandé" in words(done)

    async def waiting() -> list[tuple[str, str, int]]:
        found = await world.read(world.coordinator, "/topups/requests")
        return [(one["relais_id"], one["offer_id"], one["codes"]) for one in found]

    assert await waiting() == [(relais["id"], offer_id, 10), (other["id"], second, 7)]
    asked = "SELECT asked_at FROM topup_request WHERE codes = 10"
    before = await value(world.database, asked)
    await submit(browser, page, line=lines, codes=["10", "3", "", ""], shown=["10", "", "", "7"])
    assert await waiting() == [(relais["id"], offer_id, 10), (relais["id"], second, 3)]
    assert await value(world.database, asked) == before, "who changes nothing keeps their place"
    wrong = await submit(
        browser, page, line=[lines[0], f"{stranger['id']} {offer_id}"], codes=["1", "1"], shown=["", ""]
    )
    assert wrong.status_code == 422
    assert len(await waiting()) == 2, "all of it, or nothing"
    many = await submit(browser, page, line=lines[:1], codes=["1001"], shown=["10"])
    assert many.status_code == 422


async def test_a_line_that_is_left_as_it_was_shown_undoes_nothing_of_what_somebody_else_asked_meanwhile(
    world: World,
) -> None:
    relais, offer_id = await world.relais(), (await offer(world))["id"]
    other = await of_kind(world, "data", "5 Go", 900)
    browser = await world.client.login(relais["subject"])
    page = "/recharges/demander"
    lines = [f"{relais['id']} {one}" for one in (offer_id, other)]
    await submit(browser, page, line=lines, codes=["10", "2"], shown=["", ""])

    async def waiting() -> dict[str, int]:
        found = await world.read(world.coordinator, "/topups/requests")
        return {one["offer_id"]: one["codes"] for one in found}

    open_page = (await browser.get(page)).text
    assert re.findall(r'name="shown" value="(\d*)"', open_page) == ["10", "2"]
    await world.call(relais["client"], f"/topups/offers/{offer_id}/ask", {"codes": 25})  # a colleague
    await submit(browser, page, line=lines, codes=["10", "4"], shown=["10", "2"])
    assert await waiting() == {offer_id: 25, other: 4}, "only what was edited is written"
    nothing = await submit(browser, page, line=lines, codes=["10", "4"], shown=["10", "4"])
    assert "Vous n'avez rien modifié" in words(nothing)
    assert await waiting() == {offer_id: 25, other: 4}
    refused = (await submit(browser, page, line=lines, codes=["10", "1001"], shown=["10", "4"])).text
    assert re.findall(r'name="codes"[^>]* value="(\d*)"', refused) == ["25", "1001"], (
        "what is there now, and what was typed"
    )


async def test_a_person_of_several_structures_gives_back_of_each_what_is_its_own(world: World) -> None:
    relais, offer_id = await stocked(world, 2)
    other = await world.relais("L'autre")
    await world.call(world.coordinator, f"/relais/{other['id']}/members", {"subject": relais["subject"]})
    await take_in(world, offer_id, CODES[20])
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", {"relais_id": other["id"], "codes": 1})
    browser = await world.client.login(relais["subject"])
    page = f"/recharges/rendre/{offer_id}"
    assert "L'autre" in words(await browser.get(page))
    there = await numbers(relais["client"], offer_id, "at_relais")
    assert "3 codes rendus." in words(await submit(browser, page, numbers=[*map(str, there)], reason="expires"))
    told = {one.data["relais_id"]: one.data["codes"] for one in await published(world.database, "topup-codes-returned")}
    assert told == {relais["id"]: 2, other["id"]: 1}


async def test_what_was_taken_back_says_nothing_of_anybody_and_counts_no_more(world: World) -> None:
    relais, offer_id = await stocked(world, 9)
    said = {"person_alias": "A-17", "public": "seniors", "criterion": "attestation", "seen_by": "CB"}
    stands = await world.call(relais["client"], "/topups/sales", sale(offer_id, **said), status=201)
    for _ in range(6):  # 35 € in all: more than the ceiling, had the others counted
        body = sale(offer_id, **said)
        gone = await world.call(relais["client"], "/topups/sales", body, status=201)
        await world.call(relais["client"], f"/topups/sales/{gone['id']}/undo", {"reason": "changed_mind"})
        assert (await world.call(relais["client"], "/topups/sales", body, status=201))["undone_at"], "asked again"
    kept = await world.call(relais["client"], "/aliases/export", {"alias": "A-17"})
    assert [one["handover_id"] for one in kept["handovers"]] == [stands["id"]]
    # What an earlier release has left is taken off at once; the last contact is the one that stands.
    await world.rows(
        "UPDATE topup_sale SET person_alias = 'A-17', sold_at = now() + interval '700 days'"
        " WHERE undone_at IS NOT NULL RETURNING id"
    )
    assert await forget_old(world.database) == 6
    with clock_at(now() + timedelta(days=760)):
        assert await forget_old(world.database) == 1
    assert await value(world.database, "SELECT count(*) FROM topup_sale WHERE person_alias IS NOT NULL") == 0


def words_of(text: str) -> str:
    return " ".join(text.replace("&#39;", "'").replace("\N{NO-BREAK SPACE}", " ").split())
