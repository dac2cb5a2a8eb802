"""What a Relais owed before its network came here: said once, open at once or invoiced next, paid and proven like any
other, corrected by its opposite.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from distribute.dues.service import prove_by_itself, remind_of_invoices
from filiere.calendar import today
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from stack.demo.before import carry_over
from stack.demo.organisations import Organisations
from stack.people import RELAIS

from .conftest import World
from .debts import invoiced, owing, paid, proof, sold, statement, tomorrow
from .test_pages import submit, words
from .test_proposals_in_a_browser import looked_at


def ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def before(cents: int = 9600, **given: Any) -> dict[str, Any]:
    """A debt that no paper says yet."""
    said = {"id": str(uuid4()), "day": ago(150), "amount_cents": cents, "what_for": "Dix ordinateurs remis en juin"}
    return {**said, **given}


def invoiced_before(cents: int = 9600, reference: str = "FA-2026-041", **given: Any) -> dict[str, Any]:
    return before(cents, reference=reference, **{"due_on": ago(120), **given})


async def carried(world: World, relais: Any, said: dict[str, Any], status: int = 201) -> Any:
    return await world.call(world.coordinator, f"/relais/{relais['id']}/carried-over", said, status=status)


async def aged(world: World) -> dict[str, Any]:
    rows: list[dict[str, Any]] = (await world.read(world.coordinator, "/aged-balance"))["relais"]
    return rows[0] if rows else {}


async def test_what_was_invoiced_before_is_open_since_its_own_day(world: World) -> None:
    relais = await world.relais()
    made = await carried(world, relais, invoiced_before())
    assert (made["invoice"], made["is_corrected"]) == ("R-0001", False)
    row = await aged(world)
    assert (row["over_90_cents"], row["total_cents"], row["to_remind"]) == (9600, 9600, 1)
    said = await statement(world, relais, relais["client"])
    assert (said["after_cents"], said["to_pay_cents"], said["to_invoice_cents"]) == (9600, 9600, 0)
    (one,) = (await world.read(relais["client"], f"/relais/{relais['id']}/invoices"))["items"]
    assert (one["reference"], one["due_on"], one["kind"]) == ("FA-2026-041", ago(120), "invoice")
    (line,) = (await world.read(relais["client"], f"/relais/{relais['id']}/dues", first=ago(365)))["items"]
    assert (line["kind"], line["label"], line["category"], line["invoice"]) == (
        "carried", "FA-2026-041", None, "R-0001",
    )  # fmt: skip
    assert (await proof(world))["holds"]


async def test_it_is_paid_in_parts_like_any_other(world: World) -> None:
    relais = await world.relais()
    made = await carried(world, relais, invoiced_before())
    await paid(world, relais, 4000, invoice_id=made["id"])
    assert (await aged(world))["over_90_cents"] == 5600
    await paid(world, relais, 5600)
    assert await aged(world) == {}
    assert (await proof(world))["holds"]


async def test_what_was_received_before_it_was_said_pays_it(world: World) -> None:
    relais = await world.relais()
    await paid(world, relais, 10_000)
    await carried(world, relais, invoiced_before())
    said = await statement(world, relais)
    assert (said["to_pay_cents"], said["unused_cents"], said["after_cents"]) == (0, 400, -400)


async def test_what_no_paper_says_yet_is_on_the_next_invoice(world: World) -> None:
    relais = await owing(world, percent=100)
    made = await carried(world, relais, before(5800))
    assert (made["invoice"], (await statement(world, relais))["to_invoice_cents"]) == (None, 5800)
    yesterday = {"last": ago(1)}
    invoice = await world.call(world.coordinator, f"/relais/{relais['id']}/invoices", yesterday, status=201)
    assert (invoice["number"][:1], invoice["total_cents"], invoice["first_day"]) == ("F", 5800, ago(150))
    assert (await aged(world))["not_due_cents"] == 5800
    # Said to be wrong, it is credited on the one after.
    await world.call(world.coordinator, f"/carried-over/{made['id']}/correct", {"reason": "Déjà payé"}, status=201)
    note = await invoiced(world, relais)
    assert (note["kind"], note["total_cents"]) == ("credit_note", -5800)
    assert await aged(world) == {}
    assert (await proof(world))["holds"]


async def test_what_was_said_by_mistake_and_corrected_is_not_invoiced_without_its_minus(world: World) -> None:
    relais = await owing(world, percent=100)
    wrong = await carried(world, relais, before(360_000))
    await world.call(world.coordinator, f"/carried-over/{wrong['id']}/correct", {"reason": "Un zéro"}, status=201)
    await carried(world, relais, before(36_000))
    invoice = await world.call(world.coordinator, f"/relais/{relais['id']}/invoices", {"last": ago(1)}, status=201)
    assert invoice["total_cents"] == 36_000
    assert (await proof(world))["holds"]


async def test_the_same_again_is_one_and_no_paper_is_taken_over_twice(world: World) -> None:
    relais, other = await world.relais(), await world.relais(name="Un autre Relais")
    said = invoiced_before()
    first = await carried(world, relais, said)
    assert (await carried(world, relais, said))["id"] == first["id"]
    path = f"/api/v1/relais/{relais['id']}/carried-over"
    twice = await world.coordinator.post(path, json=invoiced_before(reference="fa-2026-041"))
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "reference")
    assert (await world.coordinator.post(path, json={**said, "amount_cents": 1})).status_code == 409
    for otherwise in ({"what_for": "Autre chose"}, {"day": ago(149)}, {"due_on": ago(119)}, {"reference": "FA-9"}):
        refused = await world.coordinator.post(path, json={**said, **otherwise})
        assert (refused.status_code, "déjà enregistrée" in refused.text) == (409, True), otherwise
    answer = await world.coordinator.post(f"/api/v1/relais/{other['id']}/carried-over", json=said)
    assert answer.status_code == 409, "an id is one Relais' alone"
    await carried(world, other, invoiced_before())
    correct = f"/carried-over/{first['id']}/correct"
    await world.call(world.coordinator, correct, {"reason": "Un zéro de trop"}, status=201)
    await world.call(world.coordinator, correct, {"reason": "Un zéro de trop"}, status=409)
    again = await carried(world, relais, invoiced_before(960))
    assert again["invoice"] == "R-0004"
    assert (await statement(world, relais))["after_cents"] == 960
    assert (await proof(world))["holds"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": ago(0)}, "day"),
        ({"reference": "FA-1"}, "due_on"),
        ({"due_on": ago(10)}, "reference"),
        ({"reference": "FA-1", "due_on": ago(151)}, "due_on"),
        ({"amount_cents": 0}, "amount_cents"),
        ({"what_for": " "}, "what_for"),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field(world: World, given: dict[str, Any], field: str) -> None:
    relais = await world.relais()
    answer = await world.coordinator.post(f"/api/v1/relais/{relais['id']}/carried-over", json=before(**given))
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["errors"]} == {field}


async def test_a_correction_is_its_opposite_and_what_paid_it_pays_what_else_is_open(world: World) -> None:
    relais = await world.relais()
    wrong = await carried(world, relais, invoiced_before(96_000))
    await paid(world, relais, 10_000)
    reason = {"reason": "Un zéro de trop"}
    minus = await world.call(world.coordinator, f"/carried-over/{wrong['id']}/correct", reason, status=201)
    assert (minus["amount_cents"], minus["invoice"], minus["corrects"]) == (-96_000, "R-0002", wrong["id"])
    assert (await statement(world, relais))["unused_cents"] == 10_000
    await carried(world, relais, invoiced_before(9600, reference="FA-2026-041 bis"))
    said = await statement(world, relais)
    assert (said["to_pay_cents"], said["unused_cents"], said["after_cents"]) == (0, 400, -400)
    assert (await proof(world))["holds"]
    for table in ("carried_over", "due"):
        with pytest.raises(asyncpg.CheckViolationError):
            await world.rows(f"DELETE FROM {table}")


async def test_nobody_is_written_to_by_itself_before_a_week_has_passed_since_it_was_said(world: World) -> None:
    relais = await world.relais()
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    await carried(world, relais, invoiced_before())
    for later, told in ((0, 0), (7, 0), (8, 1), (9, 0)):
        with tomorrow(later):
            assert await remind_of_invoices(world.database) == told
    (letter,) = await world.rows("SELECT data::text FROM mail WHERE kind = 'invoices-overdue'")
    assert "FA-2026-041 (R-0001)" in letter["data"]


@pytest.mark.parametrize("what", ["due", "carried_over", "invoice_line"])
async def test_what_does_not_add_up_is_named(world: World, what: str) -> None:
    relais = await world.relais()
    await carried(world, relais, invoiced_before())
    assert await prove_by_itself(world.database) == 0
    await world.rows(f"ALTER TABLE {what} DISABLE TRIGGER {what}_stays")
    await world.rows("DELETE FROM invoice_line" if what == "invoice_line" else f"UPDATE {what} SET amount_cents = 9500")
    said = await proof(world)
    named = {one["what"] for one in said["breaks"]}
    assert named & {"dette d'avant FA-2026-041", "facture R-0001"}
    assert await prove_by_itself(world.database) >= 1, "what is new is looked at too"


async def test_the_coordination_does_it_on_screen_and_the_relais_reads_it(world: World) -> None:
    relais = await world.relais()
    browser, own = await world.client.login("camille"), await world.client.login(relais["subject"])
    place = f"/relais/{relais['id']}/releve"
    typed = {
        "id": str(uuid4()), "day": ago(150), "amount_cents": "96,00", "what_for": "Dix ordinateurs",
        "reference": "FA-2026-041", "due_on": "",
    }  # fmt: skip
    action = f"{place}/dettes-d-avant"
    wrong = await submit(browser, place, action, **typed)
    assert wrong.status_code == 422
    assert "Déjà facturé ? Écrivez la référence et la date limite." in words(wrong)
    typed["due_on"] = ago(120)
    for _ in range(2):  # a double click
        page = words(await submit(browser, place, action, **typed))
        assert "Dette reprise : R-0001 est à payer." in page
    assert page.count("Dix ordinateurs") == 1
    seen = words(await own.get(place))
    assert "Dix ordinateurs" in seen
    assert "FA-2026-041" in seen
    assert "Corriger" not in seen
    assert "Reprendre une dette d'avant" not in seen
    (one,) = (await world.read(world.coordinator, f"/relais/{relais['id']}/carried-over"))["items"]
    shown = words(await own.get(f"/factures/{one['invoice_id']}"))
    assert "Dette d'avant R-0001" in shown
    assert "pièce FA-2026-041 du" in shown
    assert (await own.get(f"/factures/{one['invoice_id']}/facture.pdf")).content.startswith(b"%PDF")
    assert "recharge" not in shown + seen
    sheet = (await own.get(f"{place}.csv", params={"du": ago(365)})).text
    assert "dette d'avant" in sheet
    corrected = await submit(browser, place, f"/dettes-d-avant/{one['id']}/corriger", reason="Déjà payé en mai")
    assert "Dette d'avant corrigée par une écriture contraire." in words(corrected)
    assert "corrige une dette d'avant : Déjà payé en mai" in words(corrected)
    refused = await submit(browser, place, f"/dettes-d-avant/{one['id']}/corriger", reason="Déjà payé en mai")
    assert "Cette dette d'avant est déjà corrigée." in words(refused)
    none = words(await submit(browser, place, action, **{**typed, "id": str(uuid4()), "reference": "", "due_on": ""}))
    assert "elle sera sur la prochaine facture" in none


async def test_a_relais_sees_its_own_and_nobody_elses(world: World) -> None:
    relais, other = await world.relais(), await world.relais(name="Un autre Relais")
    made = await carried(world, relais, invoiced_before())
    place = f"/relais/{relais['id']}/carried-over"
    assert len((await world.read(relais["client"], place))["items"]) == 1
    await world.read(other["client"], place, status=404)
    for who in (relais, other):
        answer = await who["client"].post(f"/api/v1/carried-over/{made['id']}/correct", json={"reason": "Pas à nous"})
        assert answer.status_code == 403


async def test_the_demonstration_has_an_aged_debt_and_an_issued_invoice(world: World) -> None:
    relais = await world.relais()

    class Desk:
        async def get(self, path: str) -> Any:
            return await world.read(world.coordinator, path)

        async def post(self, path: str, body: Any) -> Any:
            return await world.call(world.coordinator, path, body, status=201)

    first = next(one for one in RELAIS if one.may_sell)
    chain: Any = SimpleNamespace(distribute=lambda _: Desk(), report=lambda *_: None)
    there = Organisations({}, {}, {first.key: relais["id"]})
    for _ in range(2):  # played again, nothing is said twice
        await carry_over(chain, there)
    row = await aged(world)
    assert (row["over_90_cents"], row["not_due_cents"], row["unused_cents"]) == (84_00, 36_00, 0)
    invoices = (await world.read(relais["client"], f"/relais/{relais['id']}/invoices"))["items"]
    assert {one["number"] for one in invoices} == {f"F{today().year}-0001", "R-0001"}
    assert (await proof(world))["holds"]


@pytest.mark.browser
async def test_it_is_readable_on_a_phone(
    world: World, tab: Any, live: Live, service: Service, settings: Settings
) -> None:
    relais = await owing(world)
    _, (label,) = await world.delivered(relais)
    await sold(world, relais, label)
    made = await carried(world, relais, invoiced_before())
    await paid(world, relais, 4000)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for name, place in (("statement", f"relais/{relais['id']}/releve"), ("before", f"factures/{made['invoice_id']}")):
        await tab.goto(f"{address}/{place}")
        await looked_at(tab, f"carried-{name}")


async def test_a_page_by_the_way_back_is_never_taken_for_what_it_said_before(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login("camille")
    page = f"/relais/{relais['id']}/releve"
    said = {"id": str(uuid4()), "day": ago(150), "amount_cents": "96", "what_for": "Dix ordinateurs"}
    await submit(browser, page, f"{page}/dettes-d-avant", **said)
    refused = await submit(browser, page, f"{page}/dettes-d-avant", **{**said, "what_for": "Dix téléphones"})
    assert "déjà enregistrée, avec autre chose" in words(refused)
    assert f'name="id" value="{said["id"]}"' not in refused.text, "pressed again, it is another debt"
    assert (await statement(world, relais))["to_invoice_cents"] == 9600
