"""What is due is invoiced once and paid once, by whatever order invoices, credits and payments come in."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from distribute.dues.papers import content
from distribute.dues.repository import DuesRepository
from distribute.dues.schemas import DueOut, InvoiceOut
from distribute.dues.settling import Credit, Open, settle
from filiere.calendar import today
from filiere.testing.sql import statements
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .debts import invoiced, owing, paid, payment, proof, sold, statement, tomorrow
from .test_pages import submit, words

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


async def test_the_ten_thousandth_invoice_of_a_year_keeps_its_digits(world: World) -> None:
    relais = await owing(world, percent=100)
    await world.rows(
        "INSERT INTO invoice_counter (year, last) SELECT extract(year FROM now())::int, 9998"
        " ON CONFLICT (year) DO UPDATE SET last = 9998 RETURNING last"
    )
    _, labels = await world.delivered(relais, 2)
    numbers = []
    for label in labels:
        await sold(world, relais, label)
        numbers.append((await invoiced(world, relais))["number"])
    assert [number.split("-")[1] for number in numbers] == ["9999", "10000"]


@pytest.mark.parametrize("of_whom", ["true", "n.relais_id = '00000000-0000-0000-0000-000000000001'"])
async def test_lists_of_invoices_are_read_in_their_order_and_sorted_by_nobody(world: World, of_whom: str) -> None:
    async with world.database.read() as session:
        driver = await session.driver()
        await driver.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        plan = await driver.fetch(
            f"EXPLAIN SELECT n.id FROM invoice n WHERE {of_whom}"
            " ORDER BY (n.issued_on - DATE '2000-01-01') DESC, n.id DESC LIMIT 50"
        )
    said = " ".join(row[0] for row in plan)
    assert "Index" in said
    assert "Sort" not in said
