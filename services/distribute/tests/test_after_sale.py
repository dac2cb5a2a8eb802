"""A device comes back after it was handed over: swapped, repaired at its workshop, paid back; always in one place."""

import asyncio
from typing import Any

import pytest
from filiere.calendar import months_after, today
from filiere.testing.answers import Json

from .conftest import World
from .test_pages import submit, words


async def sold(world: World, relais: Any, label: str, **more: object) -> Json:
    body = {"label": label, "kind": "sold", "tier": "solidary", "means": "cash", **more}
    return await world.call(relais["client"], "/handovers", body, status=201)


async def back(world: World, relais: Any, handover: Json, *, status: int = 201, **said: object) -> Json:
    body = {"fault": "screen", "way": "repair", **said}
    return await world.call(relais["client"], f"/handovers/{handover['id']}/after-sale", body, status=status)


async def status_of(world: World, label: str) -> str:
    return str((await world.rows(f"SELECT status FROM stock_item WHERE label = '{label}'"))[0]["status"])


async def till_total(world: World) -> int:
    (row,) = await world.rows("SELECT coalesce(sum(person_cents + structure_cents), 0)::int AS cents FROM till_entry")
    return int(row["cents"])


async def test_a_swap_costs_nothing_and_opens_two_new_years(world: World) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    sale = await sold(world, relais, broken, person_alias="A-17")
    case = await back(world, relais, sale, way="swap", replacement=good)
    assert (case["outcome"], case["is_guaranteed"], case["replacement_label"]) == ("swapped", True, good)
    assert await world.statuses() == {"returning": 1, "handed_over": 1}
    given = await world.read(relais["client"], f"/handovers/{case['replacement_handover_id']}")
    assert (given["kind"], given["amount_cents"], given["person_alias"]) == ("sold", 0, "A-17")
    assert given["guaranteed_until"] == months_after(today(), 24).isoformat()
    # The sale stands: what was paid stays in the till.
    assert await till_total(world) == sale["amount_cents"]
    assert (await world.read(relais["client"], f"/handovers/{sale['id']}"))["returned_at"] is not None
    told = [event.name for event in await world.published() if event.key == case["device_id"]]
    assert told[-2:] == ["device-released", "device-brought-back"]
    (event,) = await world.published("device-brought-back")
    assert set(event.data) - {"occurred_at"} == {
        "device_id", "relais_id", "territory", "fault", "from_stock", "is_recall", "to_wipe",
    }  # fmt: skip


async def test_an_order_that_is_open_waits_for_another_one_and_a_closed_one_stays_closed(world: World) -> None:
    relais = await world.relais()
    order, (label,) = await world.delivered(relais, line={"quantity": 2})
    whole, (other,) = await world.delivered(relais, category="laptop")
    for one in (label, other):
        await back(world, relais, await sold(world, relais, one))
    seen = [await world.read(relais["client"], f"/orders/{one['id']}") for one in (order, whole)]
    assert [(one["status"], one["lines"][0]["allocated"]) for one in seen] == [("approved", 0), ("closed", 0)]
    browser = await world.client.login(relais["subject"])
    cases = (await world.read(relais["client"], "/after-sale"))["items"]
    waits = f"La commande {seen[0]['reference']} attend de nouveau un équipement"
    told = {one["label"]: waits in words(await browser.get(f"/sav/{one['id']}")) for one in cases}
    assert told == {label: True, other: False}
    await world.ready(2)
    await world.allocate()
    assert await world.statuses() == {"returning": 2, "reserved": 2}


async def test_a_refund_is_a_minus_entry_with_its_reason(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    sale = await sold(world, relais, label)
    case = await back(world, relais, sale, way="refund")
    assert case["outcome"] == "refunded"
    (minus,) = await world.rows("SELECT person_cents, person_means, reason FROM till_entry WHERE kind = 'undo'")
    assert minus == {"person_cents": -sale["amount_cents"], "person_means": "cash", "reason": "does_not_work"}
    assert await till_total(world) == 0
    assert await world.statuses() == {"returning": 1}
    await back(world, relais, sale, status=404)


async def test_a_refund_says_whose_money_goes_back_and_that_nobody_gets_the_device(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    part = {"structure_cents": 1000, "structure_means": "transfer"}
    cart = {"devices": [{"label": label}], "kind": "sold", "tier": "solidary", "means": "cash", **part}
    (sale,) = (await world.call(relais["client"], "/checkouts", cart, status=201))["handovers"]
    await back(world, relais, sale, way="refund")
    browser = await world.client.login(relais["subject"])
    told = words(await browser.get(f"/caisse/recus/{sale['id']}"))
    assert "à la personne" in told
    assert "à la structure qui a payé" in told
    assert "10 €" in told.replace("\u202f", " ").replace("\xa0", " ")
    assert "revenu dans votre stock" not in told


async def test_the_receipt_of_what_came_back_shows_no_instructions_that_would_not_open(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    sale = await sold(world, relais, label)
    browser = await world.client.login(relais["subject"])
    receipt, code = f"/caisse/recus/{sale['id']}", f"/equipements/{sale['device_id']}/mode-d-emploi.svg"
    assert code in (await browser.get(receipt)).text
    await back(world, relais, sale)
    assert (await browser.get(code)).status_code == 404
    later = (await browser.get(receipt)).text
    assert code not in later
    assert "Le reçu est prêt" not in later


async def test_a_colleague_swaps_but_only_the_seller_or_the_lead_pays_back(world: World) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    sale = await sold(world, relais, broken)
    colleague = await world.client.known("a-colleague")
    member = {"subject": colleague, "role": "relais"}
    await world.call(world.coordinator, f"/relais/{relais['id']}/members", member)
    theirs = {"client": await world.client.as_(colleague)}
    await back(world, theirs, sale, way="refund", status=403)
    # Refused, nothing has moved: neither the device nor the till.
    assert await world.statuses() == {"handed_over": 1, "delivered": 1}
    assert await till_total(world) == sale["amount_cents"]
    assert (await back(world, theirs, sale, way="swap", replacement=good))["outcome"] == "swapped"


async def test_the_same_device_brought_back_twice_at_once_has_one_case(world: World) -> None:
    relais = await world.relais()
    _, (broken, *good) = await world.delivered(relais, 4)
    sale = await sold(world, relais, broken)
    body = {"fault": "power", "way": "swap"}
    path = f"/api/v1/handovers/{sale['id']}/after-sale"
    answers = await asyncio.gather(
        *(relais["client"].post(path, json=body | {"replacement": good[n % 3]}) for n in range(20))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert await world.statuses() == {"returning": 1, "handed_over": 1, "delivered": 2}
    assert await till_total(world) == sale["amount_cents"]


async def test_who_waits_for_a_repair_may_have_the_money_after_all(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    case = await back(world, relais, await sold(world, relais, label))
    done = await world.call(relais["client"], f"/after-sale/{case['id']}/settle", {"way": "refund"})
    assert (done["outcome"], await till_total(world)) == ("refunded", 0)


async def test_a_gift_has_no_guarantee_and_is_helped_all_the_same(world: World) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    gift = await world.call(relais["client"], "/handovers", {"label": broken, "kind": "given"}, status=201)
    promise = await world.read(relais["client"], f"/handovers/{gift['id']}/guarantee")
    assert (promise["is_sold"], promise["until"], promise["covers"]) == (False, None, [])
    refused = await back(world, relais, gift, way="refund", status=422)
    assert "0 €" in refused["errors"][0]["message_fr"]
    assert await world.statuses() == {"handed_over": 1, "delivered": 1}
    case = await back(world, relais, gift, way="swap", replacement=good)
    assert case["is_guaranteed"] is False
    given = await world.read(relais["client"], f"/handovers/{case['replacement_handover_id']}")
    assert (given["kind"], given["guaranteed_until"]) == ("given", None)


@pytest.mark.parametrize(
    ("days", "fault", "running", "presumed", "covered"),
    [
        (0, "screen", True, True, True),
        (400, "screen", True, False, True),
        (0, "dropped", True, True, False),
        (740, "screen", False, False, False),
    ],
)
async def test_the_receipt_says_what_is_covered_and_when(
    world: World, days: int, fault: str, running: bool, presumed: bool, covered: bool
) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    sale = await sold(world, relais, label)
    await world.rows(f"UPDATE handover SET handed_over_at = handed_over_at - interval '{days} days' RETURNING id")
    promise = await world.read(relais["client"], f"/handovers/{sale['id']}/guarantee")
    assert (promise["is_running"], promise["is_presumed"]) == (running, presumed)
    assert (await back(world, relais, sale, fault=fault))["is_guaranteed"] is covered


async def test_only_something_as_good_of_this_relais_replaces_it(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    _, (broken,) = await world.delivered(relais, grade="B")
    _, (weaker,) = await world.delivered(relais, grade="C")
    _, (laptop,) = await world.delivered(relais, category="laptop")
    _, (theirs,) = await world.delivered(other, grade="A")
    sale = await sold(world, relais, broken)
    await back(world, relais, sale, way="swap", status=422)
    for wrong in (weaker, laptop):
        refused = await back(world, relais, sale, way="swap", replacement=wrong, status=422)
        assert refused["errors"][0]["field"] == "replacement"
    await back(world, relais, sale, way="swap", replacement=theirs, status=404)
    await back(world, relais, sale, way="swap", replacement=broken, status=404)
    # What is refused has moved nothing.
    assert await status_of(world, broken) == "handed_over"
    await back(world, other, sale, status=404)
    await back(world, relais, sale)
    await back(world, relais, sale, status=409)


async def test_a_swap_that_is_undone_leaves_its_case_waiting(world: World) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    case = await back(world, relais, await sold(world, relais, broken), way="swap", replacement=good)
    path = f"/handovers/{case['replacement_handover_id']}/undo"
    await world.call(relais["client"], path, {"reason": "wrong_device"})
    assert (await world.read(relais["client"], f"/after-sale/{case['id']}"))["outcome"] is None
    assert await world.statuses() == {"returning": 1, "delivered": 1}


async def test_the_coordination_counts_faults_and_reads_no_receipt(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    _, labels = await world.delivered(relais, 2)
    for label, fault in zip(labels, ("screen", "battery"), strict=True):
        await back(world, relais, await sold(world, relais, label), fault=fault)
    seen = (await world.read(world.coordinator, "/after-sale", fault="battery"))["items"]
    assert [(one["fault"], one["receipt"], one["handover_id"]) for one in seen] == [("battery", None, None)]
    assert (await world.read(other["client"], "/after-sale"))["items"] == []
    await world.read(other["client"], f"/after-sale/{seen[0]['id']}", status=404)
    sheet = (await (await world.client.login("camille")).get("/sav.csv?panne=battery")).text
    assert "La batterie" in sheet
    assert "écran" not in sheet


async def test_faults_are_counted_by_model_and_a_workshop_sees_its_own(world: World) -> None:
    relais = await world.relais()
    _, tabs = await world.delivered(relais, 3)
    _, (laptop,) = await world.delivered(relais, category="laptop", manufacturer="HP", model="EliteBook 840 G5")
    for label, fault in zip((*tabs, laptop), ("screen", "screen", "dropped", "power"), strict=True):
        await back(world, relais, await sold(world, relais, label), fault=fault)
    seen = await world.read(world.coordinator, "/after-sale/faults")
    assert [(one["model"], one["fault"], one["devices"], one["guaranteed"]) for one in seen] == [
        ("Galaxy Tab A8", "screen", 2, 2),
        ("EliteBook 840 G5", "power", 1, 1),
        ("Galaxy Tab A8", "dropped", 1, 0),
    ]
    await world.read(relais["client"], "/after-sale/faults", status=403)
    assert "EliteBook 840 G5" in words(await (await world.client.login("camille")).get("/sav/pannes"))


async def test_the_pages_lead_from_a_scan_to_the_new_receipt(world: World) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    sale = await sold(world, relais, broken)
    browser = await world.client.login(relais["subject"])
    assert "Il ne marche plus" in words(await browser.get(f"/caisse/recus/{sale['id']}"))
    assert "Aucune remise" in words(await submit(browser, "/sav", "/sav/chercher", code="2026-9999"))
    for code in (broken, sale["receipt"]):
        found = words(await submit(browser, "/sav", "/sav/chercher", code=code))
        assert "Sous garantie jusqu'au" in found
    page = f"/sav/remises/{sale['id']}"
    assert "Choisissez" in words(await submit(browser, page, fault="screen", way="swap"))
    made = words(await submit(browser, page, fault="screen", way="swap", replacement=good))
    assert "C'est échangé." in made
    assert "À renvoyer à l'atelier" in made
    assert "Rapporté en panne" in words(await browser.get(f"/caisse/recus/{sale['id']}"))
    assert "À régler" in words(await browser.get("/sav"))
