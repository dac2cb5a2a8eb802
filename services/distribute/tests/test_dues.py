"""What a Relais owes: written with each sale or device, never changed, seen by itself and the coordination alone."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from filiere.calendar import today
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .debts import invoiced, owing, paid, proof, sold, statement
from .test_pages import submit, words
from .test_proposals_in_a_browser import looked_at


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
