"""A telephone and its SIM card: one act at the till, one receipt, and the code leaves once and only once."""

import asyncio
from typing import Any

from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import rows, value
from stack.audit.money import MONEY

from .conftest import World
from .test_pages import submit, words
from .topping_up import CODES, of_kind, sale, take_in


async def ready(world: World, cards: int = 2) -> tuple[Any, str, list[str]]:
    """A Relais with two devices and some SIM cards of 2.50 €."""
    relais = await world.relais()
    offer_id = await of_kind(world, "sim", "Kit carte SIM", 250)
    await take_in(world, offer_id, "\n".join(CODES[:cards]))
    await world.call(world.coordinator, f"/topups/offers/{offer_id}/send", {"relais_id": relais["id"], "codes": cards})
    _, labels = await world.delivered(relais, 2)
    return relais, offer_id, labels


def kit(label: str, offer_id: str, **given: Any) -> dict[str, Any]:
    return {"id": str(uuid7()), "label": label, "offer_id": offer_id, "kind": "sold", "tier": "solidary", **given}


async def test_both_leave_on_one_receipt_and_the_code_is_shown_once(world: World) -> None:
    relais, offer_id, (label, _) = await ready(world)
    browser = await world.client.login(relais["subject"])
    page = f"/recharges/kit?etiquette={label}"
    assert "Remettre un kit" in words(await browser.get("/recharges"))
    body = kit(label, offer_id, means="card", person_alias="A-17")
    body.pop("kind")
    slip = await submit(browser, page, "/recharges/kit", **body)
    assert slip.url.path == f"/recharges/remises/{body['id']}", words(slip)
    shown = await submit(browser, slip.url.path, f"{slip.url.path}/code")
    assert CODES[0] in shown.text
    (gone,) = await rows(world.database, "SELECT id, amount_cents FROM handover")
    receipt = words(await browser.get(f"/caisse/recus/{gone[0]}"))
    assert "Un opérateur · Kit carte SIM" in receipt
    assert f"{(gone[1] + 250) // 100},{(gone[1] + 250) % 100:02d} €" in receipt
    assert CODES[0] not in receipt
    assert len(await published(world.database, "topup-handed-over")) == 1
    assert len(await published(world.database, "device-handed-over")) == 1
    assert [law.sentence for law in MONEY if await rows(world.database, law.rows)] == []
    again = await submit(browser, "/recharges/kit", **body)
    assert again.status_code == 422, "nobody else is led to that code"


async def test_the_same_kit_at_once_leaves_once_and_neither_leaves_alone(world: World) -> None:
    relais, offer_id, (first, second) = await ready(world, cards=1)
    body = kit(first, offer_id)
    answers = await asyncio.gather(
        *(relais["client"].post("/api/v1/topups/kits", json=body) for _ in range(6)), return_exceptions=False
    )
    assert {one.status_code for one in answers} <= {201, 409, 503}
    made = await world.call(relais["client"], "/topups/kits", body, status=201)
    assert made["amount_cents"] == made["checkout"]["amount_cents"] + 250
    assert await value(world.database, "SELECT count(*) FROM topup_sale") == 1
    assert await value(world.database, "SELECT count(*) FROM handover") == 1
    # No card is left: the second device stays.
    await world.call(relais["client"], "/topups/kits", kit(second, offer_id), status=409)
    assert await value(world.database, "SELECT count(*) FROM handover") == 1
    await world.call(relais["client"], "/topups/kits", {**body, "kind": "given", "tier": None}, status=409)
    await world.call(
        relais["client"], "/topups/sales", {**sale(offer_id), "id": body["id"], "kind": "given"}, status=409
    )


async def test_a_structure_pays_its_part_of_both_and_a_gift_costs_nothing(world: World) -> None:
    relais, offer_id, (first, second) = await ready(world)
    made = await world.call(relais["client"], "/topups/kits", kit(first, offer_id, structure_cents=1000), status=201)
    assert made["checkout"]["structure_cents"] + made["card"]["structure_cents"] == 1000
    given = await world.call(
        relais["client"], "/topups/kits", kit(second, offer_id, kind="given", tier=None), status=201
    )
    assert given["amount_cents"] == 0
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert proof["holds"], proof["breaks"]
    assert [law.sentence for law in MONEY if await rows(world.database, law.rows)] == []


async def test_a_kit_has_a_card_and_no_other_top_up(world: World) -> None:
    relais, _, (label, _) = await ready(world)
    data = await of_kind(world, "data", "2 Go", 500)
    await take_in(world, data, CODES[9])
    await world.call(world.coordinator, f"/topups/offers/{data}/send", {"relais_id": relais["id"], "codes": 1})
    await world.call(relais["client"], "/topups/kits", kit(label, data), status=422)
    refused = await relais["client"].post("/api/v1/topups/kits", json=kit(label, data, slip="BON-AAAAA-AAAAA-A"))
    assert [one["field"] for one in refused.json()["errors"]] == ["slip"], "a slip is not dropped without a word"
