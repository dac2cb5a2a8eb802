"""A worker sends a person by a code: nobody's name, one use at one till, seen by its maker."""

import asyncio
import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from distribute.networks import hashed_network
from distribute.news.kinds import REFERRER_LINK
from distribute.referrals import service
from distribute.referrals.codes import SlipCodes, looks_like_one, parsed
from distribute.referrals.errors import (
    ReferrerNotFound,
    SlipEnded,
    SlipForSomethingElse,
    SlipUnknown,
    SlipUsed,
    TooManyGuesses,
    TooManyReferrers,
    TooManySlips,
)
from distribute.referrals.schemas import ReferrerForm
from distribute.referrals.service import MOST_OF_A_REFERRER, MOST_OF_AN_ADDRESS
from distribute.referrals.taking import MOST_WRONG
from distribute.retention.service import forget_old
from filiere.calendar import clock_at, now
from filiere.identifiers import uuid7
from filiere.links.tokens import LinkSigner
from filiere.testing.sql import rows, value
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import hidden, submit, words
from .topping_up import sale, stocked

SLIP = {"wanted": "tablet", "tier": "very_solidary", "public": "seniors", "seen_by": "AS-2"}


async def slip(world: World, relais: Any, **given: Any) -> Any:
    """A slip of a Relais' worker, with its code."""
    made = await world.call(relais["client"], "/referral-slips", {**SLIP, **given}, status=201)
    assert made["code"] is None, "an answer that is kept for its key holds no code"
    return await world.read(relais["client"], f"/referral-slips/{made['id']}")


def sold(labels: list[str], code: str, **given: Any) -> dict[str, Any]:
    return {"devices": [{"label": one} for one in labels], "kind": "sold", "slip": code, **given}


async def test_a_slip_fills_the_till_once_and_its_worker_sees_when(world: World) -> None:
    sender, till = await world.relais("Le CHRS"), await world.relais("La boutique", postcode="69001", city="Lyon")
    _, labels = await world.delivered(till, 2)
    made = await slip(world, sender)
    made_out = await world.call(till["client"], "/checkouts", sold(labels[:1], made["code"]), status=201)
    assert (made_out["tier"], made_out["criterion"], made_out["seen_by"]) == ("very_solidary", "attestation", "AS-2")
    assert made_out["handovers"][0]["public"] == "seniors"
    seen = await world.read(sender["client"], f"/referral-slips/{made['id']}")
    assert seen["used_at"] is not None
    assert seen["code"] is None
    assert set(seen) == set(made), "when, and nothing of the person or of the till"
    again = await world.call(till["client"], "/checkouts", sold(labels[1:], made["code"]), status=409)
    assert again["type"].endswith(SlipUsed.slug())
    browser = await world.client.login(sender["subject"])
    page = words(await browser.get(f"/bons/{made['id']}"))
    assert "Utilisé le" in page
    assert made["code"] not in page


async def test_twenty_tills_at_once_and_it_is_taken_once(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 20)
    code = (await slip(world, relais))["code"]
    bodies = [sold([label], code) for label in labels]
    answers = await asyncio.gather(*(relais["client"].post("/api/v1/checkouts", json=body) for body in bodies))
    told = [one.status_code for one in answers]
    assert told.count(201) == 1, told
    assert set(told) <= {201, 409, 503}  # 503: a loaded machine lets some wait too long
    assert await value(world.database, "SELECT count(*) FROM handover") == 1, "who came late has sold nothing"
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert proof["holds"], proof["breaks"]


async def test_the_same_press_twice_takes_it_once_and_undoing_gives_it_back(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    made = await slip(world, relais)
    body = sold(labels, made["code"], id=str(uuid7()))
    pressed = await asyncio.gather(*(relais["client"].post("/api/v1/checkouts", json=body) for _ in range(6)))
    assert {one.status_code for one in pressed} == {201}
    first = await world.call(relais["client"], "/checkouts", body, status=201)
    one, other = (one["id"] for one in first["handovers"])
    await world.call(relais["client"], f"/handovers/{one}/undo", {"reason": "trial"})
    still = await world.read(relais["client"], f"/referral-slips/{made['id']}")
    assert still["used_at"], "a tablet of it is handed over still"
    await world.call(relais["client"], f"/handovers/{other}/undo", {"reason": "trial"})
    free = await world.read(relais["client"], f"/referral-slips/{made['id']}")
    assert (free["used_at"], free["code"]) == (None, made["code"])
    await world.call(relais["client"], "/checkouts", sold(labels, made["code"]), status=201)
    verbs = await rows(world.database, "SELECT verb FROM journal WHERE object = 'referral_slip' ORDER BY id")
    assert [row[0] for row in verbs] == ["made", "used", "given-back", "used"]


async def test_a_top_up_takes_a_slip_once_and_gives_it_back(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    made = await slip(world, relais, wanted="topup")
    body = sale(offer_id, slip=made["code"])
    for _ in range(2):
        top_up = await world.call(relais["client"], "/topups/sales", body, status=201)
    assert (top_up["public"], top_up["criterion"]) == ("seniors", "attestation")
    await world.call(relais["client"], "/topups/sales", sale(offer_id, slip=made["code"]), status=409)
    tablet = await slip(world, relais)
    await world.call(relais["client"], "/topups/sales", sale(offer_id, slip=tablet["code"]), status=422)
    await world.call(relais["client"], f"/topups/sales/{top_up['id']}/undo", {"reason": "trial"})
    assert (await world.read(relais["client"], f"/referral-slips/{made['id']}"))["code"] == made["code"]
    browser = await world.client.login(relais["subject"])
    page = f"/recharges/vendre/{offer_id}"
    done = await submit(browser, page, **sale(offer_id, slip=made["code"]))
    assert "/recharges/remises/" in str(done.url), words(done)
    again = await submit(browser, page, **sale(offer_id, slip=made["code"]))
    assert SlipUsed.title in words(again)


async def test_what_is_for_something_else_revoked_or_over_opens_nothing(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 1)
    laptop = await slip(world, relais, wanted="laptop")
    refused = await world.call(
        relais["client"], "/checkouts", sold(labels, laptop["code"], tier="solidary"), status=422
    )
    assert refused["type"].endswith(SlipForSomethingElse.slug())
    assert await value(world.database, "SELECT count(*) FROM till_entry") == 0
    gone = await slip(world, relais)
    ended = await world.call(relais["client"], f"/referral-slips/{gone['id']}/revoke")
    assert ended["code"] is None
    answer = await world.call(relais["client"], "/checkouts", sold(labels, gone["code"]), status=409)
    assert answer["type"].endswith(SlipEnded.slug())
    await world.call(relais["client"], f"/referral-slips/{gone['id']}/revoke", status=409)
    old = await slip(world, relais)
    await world.rows("UPDATE referral_slip SET expires_at = now() - interval '1 second'")
    answer = await world.call(relais["client"], "/referral-slips/read", {"code": old["code"]}, status=409)
    assert answer["type"].endswith(SlipEnded.slug())


async def test_who_guesses_is_stopped_and_who_mistypes_is_not(world: World) -> None:
    relais = await world.relais()
    made = await slip(world, relais)
    codes = SlipCodes(world.client.settings)
    for _ in range(MOST_WRONG + 5):
        answer = await world.call(relais["client"], "/referral-slips/read", {"code": made["code"][:-1]}, status=422)
        assert answer["type"].endswith(SlipUnknown.slug())
    guesses = [codes.code(uuid7()) for _ in range(MOST_WRONG + 10)]
    answers = await asyncio.gather(
        *(relais["client"].post("/api/v1/referral-slips/read", json={"code": one}) for one in guesses)
    )
    told = [one.json()["type"].rpartition(":")[2] for one in answers if one.status_code != 503]
    assert told.count(SlipUnknown.slug()) <= MOST_WRONG
    assert TooManyGuesses.slug() in told
    right = await relais["client"].post("/api/v1/referral-slips/read", json={"code": made["code"]})
    assert right.json()["type"].endswith(TooManyGuesses.slug()), "the right one is told no more than a wrong one"
    other = await world.relais("L'autre", postcode="69001")
    read = await world.call(other["client"], "/referral-slips/read", {"code": made["code"].lower()})
    assert (read["structure"], read["seen_by"]) == ("Maison des solidarités", "AS-2")
    assert await world.rows("SELECT wrong FROM slip_guess WHERE wrong > 0 AND by = '" + other["subject"] + "'") == []


async def test_the_till_reads_a_slip_on_its_page_and_hands_over_by_it(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await slip(world, relais)
    browser = await world.client.login(relais["subject"])
    cart = f"/caisse/panier?e={label}"
    scanned = f"https://filiere.example/trouver#{made['code']}"
    read = await submit(browser, cart, "/caisse/panier", e=label, label=scanned)
    shown = words(read)
    assert "Bon valable" in shown
    assert "Vu par AS-2, Maison des solidarités" in shown
    assert made["code"] not in str(read.url)
    fields = dict(re.findall(r'<input[^>]* name="(id|slip|seen_by)"[^>]* value="([^"]*)"', read.text))
    assert fields["seen_by"] == "AS-2"
    assert re.search(r'name="tier" value="very_solidary" checked', read.text)
    assert '<option value="attestation" selected>' in read.text
    form = {"csrf_token": hidden(read.text), "e": label, "tier": "very_solidary", "criterion": "attestation", **fields}
    done = await browser.post("/caisse/panier/remettre", data={**form, "slip": html.unescape(fields["slip"])})
    assert "/caisse/recus/" in str(done.url)
    assert await value(world.database, "SELECT count(*) FROM referral_slip WHERE used_at IS NOT NULL") == 1
    wrong = await submit(browser, "/caisse/panier", "/caisse/panier", slip_typed="BON-AAAAA-AAAAA-A")
    assert SlipUnknown.title in words(wrong)


async def test_a_slip_that_was_typed_and_not_read_is_shown_before_anything_is_handed_over(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await slip(world, relais)
    browser = await world.client.login(relais["subject"])
    cart, hand_over = f"/caisse/panier?e={label}", "/caisse/panier/remettre"
    said = {"id": str(uuid7()), "e": label, "tier": "very_solidary", "means": "cash"}
    wrong = await submit(browser, cart, hand_over, **said, slip_typed="BON-AAAAA-AAAAA-A")
    assert wrong.status_code == 422
    assert SlipUnknown.title in words(wrong)
    assert 'name="slip_typed" value="BON-AAAAA-AAAAA-A"' in wrong.text
    read = await submit(browser, cart, hand_over, **said, slip_typed=made["code"])
    assert read.status_code == 422
    assert "Bon valable" in words(read)
    assert "Rien n'est encore remis" in words(read)
    assert await value(world.database, "SELECT count(*) FROM till_entry") == 0
    # What the slip had filled in and the seller emptied stays empty.
    done = await submit(browser, cart, hand_over, **said, slip=made["code"])
    assert "/caisse/recus/" in str(done.url)
    assert await value(world.database, "SELECT seen_by FROM till_checkout") is None
    assert await value(world.database, "SELECT count(*) FROM referral_slip WHERE used_at IS NOT NULL") == 1


async def test_a_worker_without_an_account_proves_an_address_and_makes_one(world: World) -> None:
    anybody = world.client.anonymous()
    anybody.follow_redirects = True
    asked = {"address": "nadia@ccas.example", "structure": "CCAS de Florac", "wanted": "tablet"}
    told = await submit(anybody, "/bon-d-acces", **asked)
    assert "Un courriel est parti" in words(told)
    (mail,) = await world.rows("SELECT page, data FROM mail WHERE kind = 'referrer-link'")
    assert "Florac" not in str(mail["data"]), "no letter says what a stranger typed"
    page = await link(world, mail["page"])
    assert '<option value="tablet" selected>' in (await anybody.get(page)).text
    made = await submit(anybody, page, **SLIP)
    (code,) = re.findall(r"BON-\w{5}-\w{5}-\w", words(made))
    assert code not in str(made.url)
    assert "no-store" in made.headers["cache-control"]
    assert made.text.count("mailto:?subject=") == 1
    paper = await anybody.get(f"{made.url.path}/bon.pdf")
    assert paper.content.startswith(b"%PDF")
    till = await world.relais()
    _, (label,) = await world.delivered(till)
    read = await world.call(till["client"], "/referral-slips/read", {"code": code})
    assert (read["structure"], read["domain"]) == ("CCAS de Florac", "ccas.example")
    await world.call(till["client"], "/checkouts", sold([label], code), status=201)
    assert "Utilisé le" in words(await anybody.get(page))
    assert (await anybody.get(f"{made.url.path}/bon.pdf")).status_code == 409


async def link(world: World, kept: str) -> str:
    """What stands in the letter, once it is signed."""
    token = LinkSigner(world.client.settings, "distribute", REFERRER_LINK).token(UUID(kept.rpartition("/")[2]))
    return f"/bon-d-acces/{token}"


async def referrer(world: World, address: str = "nadia@ccas.example") -> tuple[httpx.AsyncClient, str]:
    """(a browser without an account, the page that a letter to this address opens)."""
    anybody = world.client.anonymous()
    anybody.follow_redirects = True
    await submit(anybody, "/bon-d-acces", address=address, structure="CCAS de Florac")
    (mail, *_) = await world.rows("SELECT page FROM mail WHERE kind = 'referrer-link' ORDER BY id DESC")
    return anybody, await link(world, mail["page"])


async def test_a_link_opens_the_slips_of_its_own_address_alone_and_ends(world: World) -> None:
    nadia, hers = await referrer(world)
    other, theirs = await referrer(world, "paul@mairie.example")
    made = await submit(nadia, hers, **SLIP)
    slip_id = made.url.path.rpartition("/")[2]
    assert (await other.get(f"{theirs}/{slip_id}")).status_code == 404
    assert (await other.get(f"{theirs}/{slip_id}/bon.pdf")).status_code == 404
    assert (await submit(other, theirs, f"{theirs}/{slip_id}/annuler")).status_code == 404
    _, again = await referrer(world)
    assert slip_id in (await nadia.get(again)).text, "another letter to the same address opens them too"
    await world.rows("UPDATE referrer SET expires_at = now()")
    assert (await nadia.get(hers)).status_code == 404
    assert ReferrerNotFound.title in words(await nadia.get(hers))


async def test_nobodys_letter_box_is_filled_and_no_program_makes_slips_without_end(world: World) -> None:
    for _ in range(MOST_OF_AN_ADDRESS):
        nadia, hers = await referrer(world)
    told = await submit(nadia, "/bon-d-acces", address="nadia@ccas.example", structure="CCAS")
    assert TooManyReferrers.title in words(told)
    await world.rows(
        "INSERT INTO referral_slip (referrer_id, id, fingerprint, wanted, tier, seen_by, expires_at)"
        " SELECT f.id, gen_random_uuid(), decode(md5(n::text), 'hex'), 'tablet', 'gift', 'AS', now() + interval '1 day'"
        f" FROM (SELECT id FROM referrer LIMIT 1) f, generate_series(1, {MOST_OF_A_REFERRER}) n RETURNING id"
    )
    assert TooManySlips.title in words(await submit(nadia, hers, **SLIP))


@pytest.mark.parametrize("seen_by", ["Nadia Ferhat", "nadia@ccas.example", "06 12 34 56 78", "Mme Ferhat"])
async def test_no_slip_names_anybody(world: World, seen_by: str) -> None:
    relais = await world.relais()
    refused = await world.call(relais["client"], "/referral-slips", {**SLIP, "seen_by": seen_by}, status=422)
    assert seen_by not in str(refused)
    anybody = world.client.anonymous()
    told = await submit(anybody, "/bon-d-acces", address="a@ccas.example", structure=f"Mme Ferhat, {seen_by}")
    assert told.status_code == 422
    assert await value(world.database, "SELECT count(*) FROM mail WHERE kind = 'referrer-link'") == 0


async def test_no_table_holds_a_code(world: World, caplog: pytest.LogCaptureFixture) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await slip(world, relais)
    key = {"idempotency-key": str(uuid7())}
    sale = await relais["client"].post("/api/v1/checkouts", json=sold([label], made["code"]), headers=key)
    assert sale.status_code == 201
    tables = await rows(world.database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    body = made["code"].removeprefix("BON-")
    for (table,) in tables:
        for (row,) in await rows(world.database, f'SELECT t::text FROM "{table}" t'):
            assert body not in row, table
            assert body.encode().hex() not in row, table
    assert body not in caplog.text


async def test_many_of_one_network_keep_nobody_else_out(world: World) -> None:
    here, there = (hashed_network(host, "a secret") for host in ("8.8.8.8", "9.9.9.9"))

    async def ask(number: int, network: str | None) -> None:
        said = ReferrerForm.model_validate({"address": f"p{number}@ccas.example", "structure": "CCAS"})
        async with world.database.unit_of_work() as session:
            await service.ask(session, said, network)

    for number in range(service.MOST_OF_A_NETWORK):
        await ask(number, here)
    with pytest.raises(TooManyReferrers):
        await ask(100, here)
    for number in range(200, 200 + service.MOST_UNPLACED):
        await ask(number, None)
    with pytest.raises(TooManyReferrers):
        await ask(300, None)
    await ask(101, there)
    await world.rows("UPDATE referrer SET asked_at = now() - interval '2 days'")
    await forget_old(world.database)
    assert await world.rows("SELECT 1 FROM referrer WHERE network IS NOT NULL") == []


async def test_what_nobody_used_is_forgotten_a_month_after_it_was_over(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    used, _, revoked = [await slip(world, relais) for _ in range(3)]
    await world.call(relais["client"], "/checkouts", sold([label], used["code"]), status=201)
    await world.call(relais["client"], f"/referral-slips/{revoked['id']}/revoke")

    async def left(days: int) -> int:
        with clock_at(now() + timedelta(days=days)):
            await forget_old(world.database)
        return len(await world.rows("SELECT id FROM referral_slip"))

    assert [await left(days) for days in (29, 31, 89, 91, 725)] == [3, 2, 2, 1, 1]


async def test_slips_are_forgotten_with_the_repere_and_after_two_years(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await slip(world, relais)
    await world.call(relais["client"], "/checkouts", sold([label], made["code"], person_alias="A-17"), status=201)
    await world.call(relais["client"], "/aliases/erase", {"alias": "a-17"})
    (kept,) = await world.rows("SELECT public, seen_by, used_for, used_at FROM referral_slip")
    assert (kept["public"], kept["seen_by"], kept["used_for"]) == (None, None, None)
    assert kept["used_at"] is not None, "its maker still sees that it was used"
    nadia, hers = await referrer(world)
    await submit(nadia, hers, **SLIP)
    with clock_at(now() + timedelta(days=700)):
        await forget_old(world.database)
    assert await value(world.database, "SELECT count(*) FROM referral_slip") == 1, "hers was never used"
    with clock_at(now() + timedelta(days=740)):
        await forget_old(world.database)
    assert await value(world.database, "SELECT count(*) FROM referral_slip") == 0
    await world.rows("UPDATE referrer SET expires_at = now() - interval '31 days'")
    await forget_old(world.database)
    assert await value(world.database, "SELECT count(*) FROM referrer") == 0, "nor who made none that is left"


@given(st.uuids())
def test_a_code_is_read_as_people_write_it(slip_id: UUID) -> None:
    code = CODES.code(slip_id)
    for text in (
        code.lower(),
        code.replace("-", " "),
        code[4:],
        f"https://a.example/trouver#{code}",
        code.replace("0", "o"),
    ):
        assert parsed(text) == code
    assert looks_like_one(code.lower())
    assert not looks_like_one("FIL-7K2M9-4")
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert parsed(wrong) is None


class _Settings:
    class session_secret:
        @staticmethod
        def get_secret_value() -> str:
            return "of-this-test-alone"


CODES = SlipCodes(_Settings())  # type: ignore[arg-type]
