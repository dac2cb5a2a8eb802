"""Who owes since when, who is reminded, and the proof that every amount comes from something."""

from datetime import date, timedelta
from typing import Any

from distribute.dues.aging import bucket
from distribute.dues.service import prove_by_itself, remind_of_invoices
from filiere.calendar import today
from filiere.testing.sql import statements
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .debts import invoiced, owing, paid, proof, sold, tomorrow
from .test_pages import submit, words


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
    proofs = set()
    for _ in range(2):  # a double click
        assert "Comptes vérifiés : tout s'explique." in words(await submit(browser, place, f"{place}/verifier"))
        proofs |= {one["id"] for one in await world.rows("SELECT id FROM dues_proof")}
    assert len(proofs) == 1
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


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(-200, 200))
def test_each_invoice_stands_in_one_column(due_on: date, late: int) -> None:
    expected = (
        "not_due_cents" if late < 0 else "to_30_cents" if late <= 30 else "to_60_cents" if late <= 60
        else "to_90_cents" if late <= 90 else "over_90_cents"
    )  # fmt: skip
    assert bucket(due_on, due_on + timedelta(days=late)) == expected


async def test_of_proofs_only_the_last_and_the_last_that_held_are_kept(world: World) -> None:
    relais = await owing(world, percent=100)
    _, labels = await world.delivered(relais, 1)
    await sold(world, relais, labels[0])
    await world.rows("ALTER TABLE due DISABLE TRIGGER due_stays")
    kept = "SELECT breaks <> '[]' AS broke FROM dues_proof ORDER BY id"
    for cents, found in ((0, [False]), (-100, [False, True]), (0, [False, True]), (100, [False])):
        await world.rows(f"UPDATE due SET amount_cents = amount_cents + {cents}")
        await prove_by_itself(world.database)
        assert [one["broke"] for one in await world.rows(kept)] == found
