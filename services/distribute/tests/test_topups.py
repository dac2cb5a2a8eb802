"""Espace Recharge: codes come in sealed, leave once, are shown once, and come back only by a reasoned act."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from distribute.retention.service import forget_old
from distribute.topups.coverage import NotACoverageFile, read
from distribute.topups.errors import CodeDoesNotOpen, KeyIsMissing, NoKeyForCodes
from distribute.topups.keys import vault_of
from distribute.topups.resealing import SameCodeTwice, reseal
from distribute.topups.schemas import code_number
from distribute.topups.vault import DoesNotOpen, NoKeys, Vault
from filiere.calendar import clock_at, now, today
from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from .conftest import World
from .test_pages import words

CODES = [f"9988776655{number:04d}" for number in range(40)]
TWO_GIGABYTES: Any = {
    "operator": "Un opérateur",
    "kind": "data",
    "name": "2 Go",
    "how_to": "Tapez le code.",
    "cents": 500,
    "valid_from": "2026-01-01",
    "source": "Convention de 2026",
}


def csrf_token(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"')[0]


async def offer(world: World) -> dict[str, Any]:
    """One of 5 €."""
    found = await world.read(world.coordinator, "/topups/offers")
    there = [one for one in found if one["cents"] == 500]
    made: dict[str, Any] = (
        there[0] if there else await world.call(world.coordinator, "/topups/offers", TWO_GIGABYTES, status=201)
    )
    return made


async def of_kind(world: World, kind: str, name: str, cents: int) -> str:
    """Another offer."""
    said = {**TWO_GIGABYTES, "kind": kind, "name": name, "cents": cents}
    made = await world.call(world.coordinator, "/topups/offers", said, status=201)
    return str(made["id"])


async def office(world: World) -> httpx.AsyncClient:
    return await world.client.login("camille")


async def take_in(world: World, offer_id: str, text: str, name: str = "essai") -> str:
    """The page after a file of codes was brought."""
    browser = await office(world)
    token = csrf_token((await browser.get(f"/reseau-recharges/{offer_id}")).text)
    answer = await browser.post(
        f"/reseau-recharges/{offer_id}/codes",
        data={"csrf_token": token, "name": name},
        files={"file": ("codes.csv", text.encode(), "text/csv")},
    )
    return answer.text


async def stocked(world: World, codes: int = 5, **given: Any) -> tuple[Any, str]:
    """A Relais with codes of the example of 5 €."""
    relais = await world.relais(**given)
    offer_id = (await offer(world))["id"]
    await take_in(world, offer_id, "\n".join(CODES[:codes]))
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", {"relais_id": relais["id"], "codes": codes})
    return relais, offer_id


async def restocked(world: World, offer_id: str, status: int = 200) -> None:
    """All that came back is looked at, and put into the network's stock again."""
    back = await numbers(world.coordinator, offer_id, "returned")
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/restock", {"numbers": back}, status=status)


async def numbers(who: httpx.AsyncClient, offer_id: str, status: str) -> list[int]:
    """What codes that are somewhere are called by."""
    answer = await who.get(f"/api/v1/topups/offers/{offer_id}/codes", params={"status": status})
    assert answer.is_success, answer.text
    return [one["number"] for one in answer.json()]


def sale(offer_id: str, **given: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "offer_id": offer_id, "kind": "sold", "means": "cash", **given}


async def test_what_is_wrong_in_a_file_is_told_line_by_line_and_the_rest_is_taken_in(world: World) -> None:
    offer_id = (await offer(world))["id"]
    lines = ["code;expiration", "12345678901234;31/12/2030", "ab", "12345678901234;", "55556666;99/99/2030"]
    text = "\n".join([*lines, "77778888;2020-01-01", "", "99990000;"])
    page = await take_in(world, offer_id, text)
    assert "2 codes importés." in page
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    for line in ("Ligne 3", "Ligne 4", "Ligne 5", "Ligne 6"):
        assert line in page
    assert "déjà à la ligne 2" in page
    assert "12345678901234" not in page
    again = await take_in(world, offer_id, "12345678901234\n11112222")
    assert "1 code importé." in again
    assert "Ce code est déjà connu." in again
    told, _ = await published(world.database, "topup-codes-imported")
    assert told.data["codes"] == 2


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


async def test_nobody_pays_for_a_code_that_no_key_opens(world: World) -> None:
    relais, offer_id = await stocked(world, 1)
    await world.rows("UPDATE topup_code SET key_id = 'another' RETURNING id")
    refused = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=409)
    assert refused["title"] == CodeDoesNotOpen.title
    assert await world.rows("SELECT id FROM topup_sale") == []
    page = (await take_in(world, offer_id, CODES[0])).replace("&#39;", "'").replace("\N{NO-BREAK SPACE}", " ")
    assert KeyIsMissing.title in page
    assert len(await world.rows("SELECT id FROM topup_code")) == 1, "what it says cannot be compared with"


async def test_the_titles_of_a_file_are_no_codes_and_codes_go_before_serials(world: World) -> None:
    offer_id = (await offer(world))["id"]
    page = await take_in(
        world, offer_id, "ICCID;Code;Fin de validité\n8933010000000000001;12345678;2020-01-01\n2;87654321;"
    )
    assert "1 code importé." in page
    odd = await take_in(world, offer_id, "Voucher\n11223344")
    assert "1 code importé." in odd
    words = await take_in(world, offer_id, "Recharge 2 Go;Péremption\n9999 8888;2020-01-01\n99997777;")
    assert "1 code importé." in words
    assert len(await world.rows("SELECT id FROM topup_code")) == 3
    long = await take_in(world, offer_id, "55667788", name="x" * 61)
    assert "1 code importé." not in long


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


async def test_no_code_is_anywhere_in_clear(world: World, caplog: pytest.LogCaptureFixture) -> None:
    relais, offer_id = await stocked(world, 3)
    gone = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/recharges/remises/{gone['id']}")).text
    assert (
        CODES[0]
        in (await browser.post(f"/recharges/remises/{gone['id']}/code", data={"csrf_token": csrf_token(page)})).text
    )
    await world.call(
        relais["client"], f"/topups/sales/{gone['id']}/undo", {"reason": "changed_mind", "unused": "still_here"}
    )
    tables = [
        row[0] for row in await rows(world.database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    everything = ""
    for table in tables:
        everything += "".join(str(row) for row in await rows(world.database, f'SELECT t::text FROM "{table}" t'))
    everything += caplog.text
    assert "topup-handed-over" in everything
    for code in CODES[:3]:
        assert code not in everything
        assert code.encode().hex() not in everything


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


@pytest.mark.parametrize("content", [None, b"operator;place\n", b"\xff\xfe\x00"])
async def test_a_file_of_coverage_that_is_not_read_stops_no_sale_and_the_coordination_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    relais, offer_id = await stocked(world, 1)
    file = tmp_path / "coverage.csv"
    if content is not None:
        file.write_bytes(content)
    held = world.client.app.state.filiere
    monkeypatch.setattr(held, "settings", held.settings.model_copy(update={"topup_coverage_file": file}))
    browser = await world.client.login(relais["subject"])
    for address in ("/recharges", f"/recharges/vendre/{offer_id}"):
        assert (await browser.get(address)).status_code == 200
    for address in ("/reseau-recharges", f"/reseau-recharges/{offer_id}"):
        assert "TOPUP_COVERAGE_FILE" in (await (await office(world)).get(address)).text


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


async def test_another_key_seals_and_what_is_known_stays_known(world: World) -> None:
    await stocked(world, 3)
    old, new = "a-key-for-tests-only-" * 2, "another-key-for-tests-" * 2
    both = Vault([new, old])
    assert both.fingerprints(CODES[0])[1] in await all_fingerprints(world)
    assert await reseal(world.database, both) == 3
    assert await reseal(world.database, both) == 0
    ((code_id, key_id, secret),) = await rows(
        world.database, "SELECT id, key_id, secret FROM topup_code ORDER BY number LIMIT 1"
    )
    assert Vault([new]).open(code_id, key_id, secret) == CODES[0]
    with pytest.raises(DoesNotOpen):
        Vault([old]).open(code_id, key_id, secret)
    with pytest.raises(DoesNotOpen):  # bound to its row
        both.open(uuid7(), key_id, secret)
    with pytest.raises(NoKeys):
        Vault(["short"])


async def test_two_copies_under_two_older_keys_are_named_and_nothing_is_sealed_beside_the_other(world: World) -> None:
    await stocked(world, 3)
    first, second, newest = "a-key-for-tests-only-" * 2, "another-key-for-tests-" * 2, "the-newest-key-of-all-" * 2
    found = await rows(world.database, "SELECT id FROM topup_code ORDER BY number")
    copy = Vault([second]).seal(found[1][0], CODES[0])
    async with world.database.unit_of_work() as session:
        await (await session.driver()).execute(
            "UPDATE topup_code SET key_id = $2, secret = $3, fingerprint = $4 WHERE id = $1",
            *(found[1][0], copy.key_id, copy.secret, copy.fingerprint),
        )
    numbers = await rows(world.database, "SELECT number FROM topup_code ORDER BY number LIMIT 2")
    with pytest.raises(SameCodeTwice) as told:
        await reseal(world.database, Vault([newest, second, first]))
    assert str(told.value) == ", ".join(code_number(row[0]) for row in numbers)
    assert copy.fingerprint in await all_fingerprints(world), "it is as it was"


async def all_fingerprints(world: World) -> list[bytes]:
    return [row[0] for row in await rows(world.database, "SELECT fingerprint FROM topup_code")]


async def test_where_an_operator_hardly_works_the_relais_reads_it_before_it_hands_over(world: World) -> None:
    relais, other = await world.relais(), await world.relais("À Lyon", postcode="69001")
    price = {"cents": 300, "valid_from": today().isoformat(), "source": "Convention de 2026"}
    made = {**price, "operator": "sfr", "kind": "data", "name": "1 Go", "how_to": "Tapez le code."}
    offer_id = (await world.call(world.coordinator, "/topups/offers", made, status=201))["id"]
    page = f"/recharges/vendre/{offer_id}"
    assert "à peine en Lozère" in (await (await world.client.login(relais["subject"])).get(page)).text
    assert "à peine en Lozère" not in (await (await world.client.login(other["subject"])).get(page)).text


def test_a_file_of_coverage_says_which_line_is_wrong_and_a_commune_counts_first() -> None:
    head = "operator;place;says;source\n"
    known = read(f"{head}SFR;48;Passe mal.;Un Relais\nSFR;48095;Passe bien.;Un Relais\n")
    assert [known.of("sfr", insee, "48") for insee in ("48095", "48001", None)] == [
        ("Passe bien.", "Un Relais"),
        *[("Passe mal.", "Un Relais")] * 2,
    ]
    assert known.of("SFR", "69381", "69") is None
    for wrong in ("", "operator;place\n", f"{head}SFR;Lozère;Passe mal.;x\n", f"{head}SFR;48;Passe mal.\n"):
        with pytest.raises(NotACoverageFile):
            read(wrong)


async def test_a_tool_brings_codes_too_and_is_told_no_code(world: World) -> None:
    offer_id = (await offer(world))["id"]
    brought = {"file": ("codes.csv", "\n".join([*CODES[:3], "ab", CODES[0]]).encode(), "text/csv")}
    answer = await world.coordinator.post(f"/api/v1/topups/offers/{offer_id}/codes", files=brought)
    assert answer.status_code == 201, answer.text
    assert answer.json()["imported"] == 3
    assert [one["line"] for one in answer.json()["wrong"]] == [4, 5]
    assert CODES[0] not in answer.text
    settings = world.client.settings
    with pytest.raises(NoKeyForCodes):
        vault_of(settings.model_copy(update={"topup_keys": None}))  # type: ignore[arg-type]
