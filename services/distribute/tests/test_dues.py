"""What a Relais owes and has paid: written with each sale or device, invoiced once, paid once, and it adds up."""

import asyncio
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from distribute.dues.aging import bucket
from distribute.dues.papers import content
from distribute.dues.repository import DuesRepository
from distribute.dues.schemas import DueOut, InvoiceOut
from distribute.dues.service import prove_by_itself, remind_of_invoices
from distribute.dues.settling import Credit, Open, settle
from filiere.calendar import clock_at, now, today
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words
from .test_proposals_in_a_browser import looked_at


async def owing(world: World, basis: str = "per_sale", percent: int = 50, **given: Any) -> Any:
    """A Relais whose agreement says so, from today on."""
    relais = await world.relais(**given)
    terms = {"from_day": today().isoformat(), "basis": basis, "percent": percent}
    answer = await world.coordinator.put(f"/api/v1/relais/{relais['id']}/dues-terms", json=terms)
    assert answer.status_code == 200, answer.text
    return relais


async def sold(world: World, relais: Any, label: str, tier: str = "solidary") -> Any:
    body = {"label": label, "kind": "sold", "tier": tier, "means": "cash"}
    return await world.call(relais["client"], "/handovers", body, status=201)


async def statement(world: World, relais: Any, who: Any = None) -> Any:
    return await world.read(who or world.coordinator, f"/relais/{relais['id']}/statement")


async def proof(world: World) -> Any:
    return await world.read(world.coordinator, "/dues/verification")


def tomorrow(days: int = 1) -> AbstractContextManager[None]:
    return clock_at(now() + timedelta(days=days))


async def invoiced(world: World, relais: Any) -> Any:
    """Of all that is due today, made tomorrow."""
    last = today().isoformat()
    with tomorrow():
        camille = await world.client.as_("camille")
        return await world.call(camille, f"/relais/{relais['id']}/invoices", {"last": last}, status=201)


def payment(cents: int, **given: Any) -> dict[str, Any]:
    said = {"id": str(uuid4()), "received_on": today().isoformat(), "means": "transfer", "amount_cents": cents}
    return {**said, **given}


# Invoices of as many months, none paid; a due for many lines.
_MONTHS = """
INSERT INTO invoice (relais_id, id, year, serial, kind, issued_on, due_on, first_day, last_day, total_cents, parties)
SELECT 'RELAIS'::uuid, gen_random_uuid(), 2020, n, 'invoice', d, d + 30, d, d, 1000, '{}'
FROM generate_series(1, 40) n CROSS JOIN LATERAL (SELECT date '2020-01-01' + 30 * n AS d) x
"""
_MANY = """
INSERT INTO due (relais_id, day, kind, device_id, label, category, grade, base_cents, percent, amount_cents)
SELECT 'RELAIS'::uuid, (now() AT TIME ZONE 'Europe/Paris')::date, 'received', gen_random_uuid(), 'FIL-' || n, 'laptop',
    'A', 1000, 50, 500
FROM generate_series(1, 350) n
"""


def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query from here on."""
    said: list[str] = []
    for verb in ("execute", "fetch", "fetchrow", "fetchval"):
        plain = getattr(asyncpg.Connection, verb)

        async def counted(
            self: asyncpg.Connection, query: str, *arguments: Any, _plain: Any = plain, **options: Any
        ) -> Any:
            said.append(query)
            return await _plain(self, query, *arguments, **options)

        monkeypatch.setattr(asyncpg.Connection, verb, counted)
    return said


async def paid(world: World, relais: Any, cents: int, **given: Any) -> Any:
    return await world.call(world.coordinator, f"/relais/{relais['id']}/payments", payment(cents, **given), status=201)


async def test_each_sale_owes_its_share_and_what_takes_it_back_is_credited(world: World) -> None:
    relais = await owing(world, percent=50)
    _, labels = await world.delivered(relais, 3)
    first, second = [await sold(world, relais, label) for label in labels[:2]]
    await world.call(relais["client"], "/handovers", {"label": labels[2], "kind": "given"}, status=201)
    said = await statement(world, relais)
    expected = (first["amount_cents"] + 1) // 2 + (second["amount_cents"] + 1) // 2
    assert said["due_cents"] == said["after_cents"] == said["to_invoice_cents"] == expected
    await world.call(relais["client"], f"/handovers/{first['id']}/undo", {"reason": "trial"})
    said = await statement(world, relais, relais["client"])
    assert said["credited_cents"] == -((first["amount_cents"] + 1) // 2)
    dues = (await world.read(relais["client"], f"/relais/{relais['id']}/dues"))["items"]
    assert [one["kind"] for one in dues] == ["undo", "sale", "sale"]
    assert {one["receipt"] for one in dues} == {first["receipt"], second["receipt"]}
    assert (await proof(world))["holds"]


async def test_a_refund_after_the_sale_credits_it_and_a_swap_owes_nothing_more(world: World) -> None:
    relais = await owing(world)
    _, labels = await world.delivered(relais, 3)
    first, second = [await sold(world, relais, label) for label in labels[:2]]
    path = "/handovers/{}/after-sale"
    await world.call(relais["client"], path.format(first["id"]), {"fault": "screen", "way": "refund"})
    swap = {"fault": "screen", "way": "swap", "replacement": labels[2]}
    await world.call(relais["client"], path.format(second["id"]), swap)
    assert (await statement(world, relais))["after_cents"] == (second["amount_cents"] + 1) // 2
    assert (await proof(world))["holds"]


async def test_a_refund_of_a_part_credits_its_share_alone(world: World) -> None:
    relais = await owing(world, percent=50)
    _, (label,) = await world.delivered(relais, 1)
    made = await sold(world, relais, label)
    back = {"fault": "screen", "way": "refund", "refund_cents": 1001}
    await world.call(relais["client"], f"/handovers/{made['id']}/after-sale", back)
    said = await statement(world, relais)
    assert (said["due_cents"], said["credited_cents"]) == ((made["amount_cents"] + 1) // 2, -501)
    assert (await proof(world))["holds"]


async def test_by_order_what_is_received_is_due_and_what_goes_back_is_credited(world: World) -> None:
    relais = await owing(world, "per_order", 20)
    order, labels = await world.delivered(relais, 2)
    said = await statement(world, relais)
    dues = (await world.read(relais["client"], f"/relais/{relais['id']}/dues"))["items"]
    assert [one["kind"] for one in dues] == ["received", "received"]
    assert {one["order_id"] for one in dues} == {order["id"]}
    (price,) = {one["base_cents"] for one in dues}
    assert said["after_cents"] == 2 * ((price * 20 + 50) // 100)
    await sold(world, relais, labels[0])
    assert (await statement(world, relais))["after_cents"] == said["after_cents"], "by order, a sale owes nothing"
    shipment = (await world.read(world.coordinator, "/shipments"))["items"][0]
    (device,) = [one for one in (await world.read(relais["client"], "/devices"))["items"] if one["label"] == labels[1]]
    path = f"/shipments/{shipment['id']}/devices/{device['device_id']}/report"
    await world.call(relais["client"], path, {"kind": "damaged", "keep": False})
    after = await statement(world, relais)
    assert after["credited_cents"] == -((price * 20 + 50) // 100)
    assert after["after_cents"] == said["after_cents"] // 2
    assert (await proof(world))["holds"]


async def test_without_terms_nothing_is_due_and_new_terms_change_nothing_that_was(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    await sold(world, relais, labels[0])
    assert (await statement(world, relais))["after_cents"] == 0
    past = {"from_day": (today() - timedelta(days=1)).isoformat(), "basis": "per_sale", "percent": 50}
    path = f"/api/v1/relais/{relais['id']}/dues-terms"
    refused = await world.coordinator.put(path, json=past)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "from_day"
    await world.coordinator.put(path, json={**past, "from_day": today().isoformat()})
    assert (await statement(world, relais))["after_cents"] == 0
    second = await sold(world, relais, labels[1])
    assert (await statement(world, relais))["after_cents"] == (second["amount_cents"] + 1) // 2
    assert (await proof(world))["holds"]


async def test_an_invoice_takes_each_due_once_and_a_credit_pays_the_next(world: World) -> None:
    relais = await owing(world, siret="55208131766522")
    _, labels = await world.delivered(relais, 2)
    first = await sold(world, relais, labels[0])
    due = (first["amount_cents"] + 1) // 2
    path = f"/relais/{relais['id']}/invoices"
    await world.call(world.coordinator, path, {"last": today().isoformat()}, status=422)
    made = await invoiced(world, relais)
    assert (made["number"], made["kind"], made["total_cents"]) == (f"F{made['issued_on'][:4]}-0001", "invoice", due)
    assert date.fromisoformat(made["due_on"]) - date.fromisoformat(made["issued_on"]) == timedelta(days=30)
    with tomorrow():
        camille = await world.client.as_("camille")
        await world.call(camille, path, {"last": today().isoformat()}, status=422)
        await world.call(camille, path, {"last": (today() - timedelta(days=1)).isoformat()}, status=409)
    await world.call(relais["client"], f"/handovers/{first['id']}/undo", {"reason": "trial"})
    note = await invoiced(world, relais)
    assert (note["number"][-4:], note["kind"], note["total_cents"]) == ("0002", "credit_note", -due)
    assert (await world.read(world.coordinator, f"/invoices/{made['id']}"))["settled_cents"] == due, (
        "the credit pays it"
    )
    said = await statement(world, relais)
    assert (said["after_cents"], said["to_pay_cents"], said["unused_cents"]) == (0, 0, 0)
    assert (await proof(world))["holds"]


async def test_a_payment_pays_the_named_invoice_then_the_oldest_and_is_taken_back_by_its_opposite(world: World) -> None:
    relais = await owing(world, percent=100)
    _, labels = await world.delivered(relais, 2)
    one = await sold(world, relais, labels[0])
    first = await invoiced(world, relais)
    await sold(world, relais, labels[1])
    second = await invoiced(world, relais)
    price = one["amount_cents"]
    made = await paid(world, relais, price - 100, invoice_id=second["id"], reference="VIR 2026-118")

    async def left(invoice: Any) -> int:
        now_ = await world.read(relais["client"], f"/invoices/{invoice['id']}")
        return int(now_["total_cents"] - now_["settled_cents"])

    assert (await left(first), await left(second)) == (price, 100)
    await paid(world, relais, price + 500)
    assert (await left(first), await left(second)) == (0, 0)
    said = await statement(world, relais)
    assert (said["unused_cents"], said["after_cents"]) == (400, -400)
    minus = await world.call(world.coordinator, f"/payments/{made['id']}/undo", {"reason": "Chèque sans provision"})
    assert minus["amount_cents"] == -(price - 100)
    again = f"/payments/{made['id']}/undo"
    await world.call(world.coordinator, again, {"reason": "Chèque sans provision"}, status=409)
    await world.call(world.coordinator, f"/payments/{minus['id']}/undo", {"reason": "L'inverse"}, status=404)
    assert (await left(first), await left(second)) == (0, price - 500), "what was left over pays what is open again"
    assert (await statement(world, relais))["after_cents"] == price - 500
    assert (await proof(world))["holds"]


async def test_the_same_payment_again_is_one_and_twenty_at_once_all_count(world: World) -> None:
    relais = await owing(world, percent=100)
    _, (label,) = await world.delivered(relais)
    price = (await sold(world, relais, label))["amount_cents"]
    made = await invoiced(world, relais)
    path = f"/api/v1/relais/{relais['id']}/payments"
    share = price // 20
    bodies = [payment(share) for _ in range(20)]
    answers = await asyncio.gather(*(world.coordinator.post(path, json=one) for one in (*bodies, *bodies)))
    assert {one.status_code for one in answers} == {201}
    (count,) = await world.rows("SELECT count(*) AS n, sum(amount_cents) AS cents FROM payment")
    assert (count["n"], count["cents"]) == (20, 20 * share)
    found = await world.read(world.coordinator, f"/invoices/{made['id']}")
    assert found["settled_cents"] == 20 * share <= price
    other = payment(share + 1, id=bodies[0]["id"])
    assert (await world.coordinator.post(path, json=other)).status_code == 409
    assert (await proof(world))["holds"]


async def test_invoices_made_at_once_leave_no_number_out_and_no_due_twice(world: World) -> None:
    several = []
    for place in range(5):
        relais = await owing(world, name=f"Relais {place}")
        _, (label,) = await world.delivered(relais)
        await sold(world, relais, label)
        several.append(relais)
    last = {"last": today().isoformat()}
    with tomorrow():
        camille = await world.client.as_("camille")
        asked = [f"/api/v1/relais/{relais['id']}/invoices" for relais in several for _ in range(4)]
        answers = await asyncio.gather(*(camille.post(path, json=last) for path in asked))
    assert sorted(one.status_code for one in answers) == [201] * 5 + [409] * 15
    rows = await world.rows("SELECT serial FROM invoice ORDER BY serial")
    assert [row["serial"] for row in rows] == [1, 2, 3, 4, 5]
    assert (await proof(world))["holds"]


async def test_what_is_due_or_paid_is_never_changed(world: World) -> None:
    relais = await owing(world)
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    await invoiced(world, relais)
    await paid(world, relais, 100)
    for table in ("due", "invoice", "invoice_line", "payment", "settlement"):
        with pytest.raises(asyncpg.CheckViolationError):
            await world.rows(f"DELETE FROM {table}")
    with pytest.raises(asyncpg.CheckViolationError):
        await world.rows("UPDATE due SET amount_cents = 0")


async def test_the_first_euro_that_does_not_add_up_is_named(world: World) -> None:
    relais = await owing(world, percent=100)
    _, (label,) = await world.delivered(relais)
    receipt = await sold(world, relais, label)
    await world.rows("ALTER TABLE due DISABLE TRIGGER due_stays")
    await world.rows("UPDATE due SET amount_cents = amount_cents - 100")
    said = await proof(world)
    assert not said["holds"]
    (one,) = said["breaks"]
    assert one["what"] == f"reçu {receipt['receipt']}"
    assert (one["said_cents"], one["expected_cents"]) == (receipt["amount_cents"] - 100, receipt["amount_cents"])


async def test_the_aged_balance_says_since_when_and_each_invoice_is_reminded_once(world: World) -> None:
    relais = await owing(world, percent=100)
    _, (label,) = await world.delivered(relais)
    price = (await sold(world, relais, label))["amount_cents"]
    made = await invoiced(world, relais)
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    balance = await world.read(world.coordinator, "/aged-balance")
    assert (balance["total_cents"], balance["relais"][0]["not_due_cents"]) == (price, price)
    due_on = date.fromisoformat(made["due_on"])
    with tomorrow((due_on - today()).days + 45):
        camille = await world.client.as_("camille")
        (row,) = (await world.read(camille, "/aged-balance"))["relais"]
        assert (row["to_60_cents"], row["to_remind"]) == (price, 1)
        assert await world.call(camille, "/aged-balance/reminders") == {"relais": 1, "invoices": 1}
        assert await world.call(camille, "/aged-balance/reminders") == {"relais": 0, "invoices": 0}
    (letter,) = await world.rows("SELECT page, data::text FROM mail WHERE kind = 'invoices-overdue'")
    assert letter["page"] == f"/relais/{relais['id']}/releve"
    assert made["number"] in letter["data"]


async def test_what_nobody_wrote_about_in_a_week_is_reminded_by_itself_once(world: World) -> None:
    relais = await owing(world, percent=100)
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    made = await invoiced(world, relais)
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    days = (date.fromisoformat(made["due_on"]) - today()).days
    for later, told in ((days + 7, 0), (days + 8, 1), (days + 9, 0)):
        with tomorrow(later):
            assert await remind_of_invoices(world.database) == told
    (letter,) = await world.rows("SELECT data::text FROM mail WHERE kind = 'invoices-overdue'")
    assert made["number"] in letter["data"]
    with tomorrow(days + 10):
        camille = await world.client.as_("camille")
        assert await world.call(camille, "/aged-balance/reminders") == {"relais": 0, "invoices": 0}


async def test_the_aged_balance_reads_what_is_open_and_no_history(world: World, monkeypatch: Any) -> None:
    relais = await owing(world, percent=100)
    _, labels = await world.delivered(relais, 2)
    price = (await sold(world, relais, labels[0]))["amount_cents"]
    await invoiced(world, relais)
    await paid(world, relais, price)
    await sold(world, relais, labels[1])
    open_one = await invoiced(world, relais)
    browser = await world.client.login("camille")
    asked = statements(monkeypatch)
    page = words(await browser.get("/balance-agee"))
    assert "Pas encore vérifiés." in page
    money = [query for query in asked if any(word in query for word in ("due", "invoice", "money_left", "payment"))]
    assert len(money) == 3, money
    history = ("till_entry", "FROM due ", "JOIN due ", "FROM payment", "FROM settlement", "JOIN settlement")
    assert not [query for query in money if any(word in query for word in history)], "what is open alone is read"
    (left,) = await world.rows("SELECT id, left_cents FROM money_left")
    assert (str(left["id"]), left["left_cents"]) == (open_one["id"], open_one["total_cents"])


async def test_what_is_new_is_proven_by_a_button_and_everything_by_the_command(world: World) -> None:
    relais = await owing(world, percent=100)
    _, labels = await world.delivered(relais, 2)
    await sold(world, relais, labels[0])
    browser = await world.client.login("camille")
    place = "/balance-agee"
    for _ in range(2):  # a double click
        assert "Comptes vérifiés : tout s'explique." in words(await submit(browser, place, f"{place}/verifier"))
    assert len(await world.rows("SELECT id FROM dues_proof")) == 1
    await world.rows("ALTER TABLE due DISABLE TRIGGER due_stays")
    await world.rows("UPDATE due SET amount_cents = amount_cents - 100, at = now() - interval '30 days'")
    assert await prove_by_itself(world.database) == 0, "what was proven is not read again"
    assert not (await proof(world))["holds"], "the whole history is"
    receipt = await sold(world, relais, labels[1])
    named = f"WHERE receipt = '{receipt['receipt']}'"
    await world.rows(f"UPDATE due SET amount_cents = amount_cents - 100 {named}")
    assert await prove_by_itself(world.database) == 1
    assert f"Un montant ne s'explique pas : reçu {receipt['receipt']}" in words(await browser.get(place))
    await world.rows(f"UPDATE due SET amount_cents = amount_cents + 100 {named}")
    assert "Un montant" not in words(await submit(browser, place, f"{place}/verifier"))


async def test_what_is_left_is_proven_too(world: World) -> None:
    relais = await owing(world, percent=100)
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    made = await invoiced(world, relais)
    await world.rows("UPDATE money_left SET left_cents = left_cents - 100")
    (one,) = (await proof(world))["breaks"]
    assert one["what"] == f"reste de facture {made['number']}"
    assert (one["said_cents"], one["expected_cents"]) == (made["total_cents"] - 100, made["total_cents"])


async def test_every_open_invoice_can_be_paid_and_read_however_old(world: World, monkeypatch: Any) -> None:
    relais = await owing(world, percent=100)
    await world.rows(_MONTHS.replace("RELAIS", relais["id"]))
    browser = await world.client.login("camille")
    place = f"/relais/{relais['id']}/releve"
    asked = statements(monkeypatch)
    page = await browser.get(place)
    money = [query for query in asked if any(word in query for word in ("due", "invoice", "money_left", "payment"))]
    assert len(money) <= 11, money
    assert page.text.count("<option") >= 41
    (oldest,) = await world.rows("SELECT id FROM invoice ORDER BY issued_on LIMIT 1")
    assert f'<option value="{oldest["id"]}">' in page.text
    assert "Toutes les factures" in words(page)
    listed = await browser.get(f"/relais/{relais['id']}/factures")
    assert str(oldest["id"]) in listed.text
    fields = {"id": str(uuid4()), "received_on": today().isoformat(), "means": "cheque", "amount_cents": "1,00"}
    for _ in range(2):
        wanted = {**fields, "id": str(uuid4()), "invoice_id": str(oldest["id"])}
        answer = await submit(browser, place, f"/relais/{relais['id']}/releve/paiements", **wanted)
        assert answer.status_code == 200
    (left,) = await world.rows(f"SELECT left_cents FROM money_left WHERE id = '{oldest['id']}'")
    assert left["left_cents"] == 1000 - 200
    assert "2 paiements" in words(await browser.get(f"/relais/{relais['id']}/paiements"))


async def test_an_invoice_of_many_lines_is_read_in_pages_and_summed_up_on_paper(world: World, monkeypatch: Any) -> None:
    relais = await owing(world, percent=100)
    await world.rows(_MANY.replace("RELAIS", relais["id"]))
    made = await invoiced(world, relais)
    browser = await world.client.login(relais["subject"])
    asked = statements(monkeypatch)
    page = await browser.get(f"/factures/{made['id']}")
    money = [query for query in asked if any(word in query for word in ("due", "invoice"))]
    assert len(money) <= 4, money
    assert page.text.count('<tr role="row">') == 51
    assert "350 lignes" in words(page)
    sheet = (await browser.get(f"/factures/{made['id']}/lignes.csv")).text
    assert len(sheet.splitlines()) == 351
    async with world.database.read() as session:
        (kinds,) = await DuesRepository.from_session(session).summed_up(UUID(made["id"]))
    assert (kinds.lines, kinds.amount_cents) == (350, made["total_cents"])
    paper = await browser.get(f"/factures/{made['id']}/facture.pdf")
    assert paper.content.startswith(b"%PDF")
    assert len(paper.content) < 60_000


async def test_a_relais_sees_its_own_statement_and_nobody_elses(world: World) -> None:
    relais, other = await owing(world), await owing(world, name="Un autre Relais")
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    made = await invoiced(world, relais)
    for place in ("statement", "dues", "invoices", "payments"):
        await world.read(relais["client"], f"/relais/{relais['id']}/{place}")
        await world.read(other["client"], f"/relais/{relais['id']}/{place}", status=404)
    await world.read(other["client"], f"/invoices/{made['id']}", status=404)
    browser = await world.client.login(relais["subject"])
    page = words(await browser.get(f"/relais/{relais['id']}/releve"))
    assert "à payer au réseau en tout" in page
    assert "50 % : une part de chaque vente" in page
    assert "Noter un paiement reçu" not in page
    assert made["number"] in page
    stranger = await world.client.login(other["subject"])
    assert (await stranger.get(f"/relais/{relais['id']}/releve")).status_code == 404


async def test_the_coordination_does_it_on_screen(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login("camille")
    place = f"/relais/{relais['id']}/releve"
    terms = {"from_day": today().isoformat(), "basis": "per_sale", "percent": "50", "days_to_pay": "30"}
    assert "Conditions écrites" in words(await submit(browser, place, f"{place}/conditions", **terms))
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    wrong = await submit(browser, place, f"{place}/facturer", last=today().isoformat())
    assert wrong.status_code == 422
    assert "On facture jusqu'à hier au plus tard" in words(wrong)
    made = await invoiced(world, relais)
    fields = {"id": str(uuid4()), "received_on": today().isoformat(), "means": "cheque", "amount_cents": "10,50"}
    bad = await submit(browser, place, f"{place}/paiements", **{**fields, "amount_cents": "dix"})
    assert "Écrivez un montant en euros" in words(bad)
    for _ in range(2):
        done = await submit(browser, place, f"{place}/paiements", **fields)
    assert words(done).count("10,50 €") >= 1
    (kept,) = (await world.read(world.coordinator, f"/relais/{relais['id']}/payments"))["items"]
    page = words(await browser.get(f"/factures/{made['id']}"))
    assert "Il manque un SIRET" in page
    paper = await browser.get(f"/factures/{made['id']}/facture.pdf")
    assert paper.content.startswith(b"%PDF")
    undone = await submit(browser, place, f"/paiements/{kept['id']}/annuler", reason="Chèque refusé")
    assert "Paiement annulé par une écriture contraire." in words(undone)
    assert "Balance âgée" in words(await browser.get("/balance-agee"))
    sheet = (await browser.get(f"{place}.csv")).text
    assert "vente" in sheet


def test_a_paper_says_both_numbers_and_no_vat_of_ours() -> None:
    said = {"id": UUID(int=1), "relais_id": UUID(int=2), "relais_name": "Mende", "number": "F2026-0001"}
    days = dict.fromkeys(("issued_on", "due_on", "first_day", "last_day"), date(2026, 12, 1))
    invoice = InvoiceOut(**said, **days, kind="invoice", total_cents=3000, settled_cents=0, reminded_at=None)
    line = DueOut(
        id=1, day=date(2026, 12, 1), kind="sale", sequence=1, receipt="2026-0001", order_id=None, label="FIL-1",
        category="laptop", base_cents=6000, percent=50, amount_cents=3000, invoice=None,
    )  # fmt: skip
    sides = {"seller": "Réseau", "seller_siret": "55208131766522", "seller_address": "", "buyer": "Mende"}
    paper = content(invoice, [line], {**sides, "buyer_siret": "35600000000048", "buyer_address": "", "note": ""})
    text = str(paper)
    assert "55208131766522" in text
    assert "35600000000048" in text
    assert "TVA" not in text
    assert "Il manque un SIRET" not in text


amounts = st.lists(st.integers(1, 50_000), max_size=8)


@given(amounts, amounts)
def test_settling_pays_all_it_can_and_never_more(owed: list[int], received: list[int]) -> None:
    invoices = [Open(UUID(int=place), cents) for place, cents in enumerate(owed)]
    credits = [Credit(UUID(int=place), True, cents) for place, cents in enumerate(received)]
    shares = settle(invoices, credits)
    assert sum(one.cents for one in shares) == min(sum(owed), sum(received))
    for invoice in invoices:
        assert sum(one.cents for one in shares if one.invoice_id == invoice.id) <= invoice.left_cents
    for credit in credits:
        assert sum(one.cents for one in shares if one.credit == credit) <= credit.left_cents
    assert not settle([], credits)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(-200, 200))
def test_each_invoice_stands_in_one_column(due_on: date, late: int) -> None:
    expected = (
        "not_due_cents" if late < 0 else "to_30_cents" if late <= 30 else "to_60_cents" if late <= 60
        else "to_90_cents" if late <= 90 else "over_90_cents"
    )  # fmt: skip
    assert bucket(due_on, due_on + timedelta(days=late)) == expected


@pytest.mark.browser
async def test_a_statement_is_readable_on_a_phone(
    world: World, tab: Any, live: Live, service: Service, settings: Settings
) -> None:
    relais = await owing(world)
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    made = await invoiced(world, relais)
    await paid(world, relais, 100)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    places = {"statement": f"relais/{relais['id']}/releve", "invoice": f"factures/{made['id']}", "aged": "balance-agee"}
    for name, place in places.items():
        await tab.goto(f"{address}/{place}")
        await looked_at(tab, f"dues-{name}")
