"""Where devices went before: said first, put there when their workshop has them ready, owed for by nobody again."""

import asyncio
from typing import Any

import pytest
from distribute.handlers import project_devices
from distribute.stock.incoming import ReadyDevice
from filiere.calendar import now, today
from filiere.kafka import Received
from filiere.movein.ids import device_id
from filiere.testing.events import published
from filiere.testing.sql import rows

from ..conftest import World
from ..test_pages import words

SOURCE = "BOLC"
MENDE = {
    "key": "R-1", "name": "Espace Mende", "legal_form": "association", "siret": None, "address": "3 rue du Pont",
    "postcode": "48000", "city": "Mende", "publics": ["seniors"], "people_supported": 80, "may_sell": True,
    "signed_on": "2023-01-10", "signed_by": "Alix Bernard",
}  # fmt: skip


async def tell(world: World, **said: Any) -> Any:
    answer = await world.coordinator.post("/api/v1/moving-in", json={"source": SOURCE, **said})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def relais_of(world: World) -> str:
    id_: str = (await tell(world, relais=[MENDE]))["ids"]["R-1"]
    return id_


def place(key: str, relais: str, **said: Any) -> dict[str, Any]:
    return {"key": key, "relais_id": relais, "order": "CMD-7", "shipped_on": "2024-03-01", **said}


SHIPPED: dict[str, Any] = {}
DELIVERED = {"delivered_on": "2024-03-04"}
SOLD = {**DELIVERED, "handed_over_on": "2024-03-09", "tier": "solidary", "cents": 4500}
GIVEN = {**DELIVERED, "handed_over_on": "2024-03-09"}


async def ready(world: World, *keys: str, **said: Any) -> None:
    for key in keys:
        await world.ready(device_id=device_id(SOURCE, key), **said)


async def statuses(world: World) -> list[tuple[str, str]]:
    found = await rows(
        world.database, "SELECT i.status, o.status FROM stock_item i LEFT JOIN relais_order o ON o.id = i.order_id"
    )
    return sorted((row[0], row[1]) for row in found)


@pytest.mark.parametrize(
    ("said", "status", "order", "told"),
    [
        (SHIPPED, "shipped", "shipped", "reserved shipped"),
        (DELIVERED, "delivered", "delivered", "reserved shipped delivered"),
        (SOLD, "handed_over", "closed", "reserved shipped delivered handed-over"),
        (GIVEN, "handed_over", "closed", "reserved shipped delivered handed-over"),
    ],
    ids=["shipped", "delivered", "sold", "given"],
)
async def test_a_device_stands_where_it_went_once_it_is_ready(
    world: World, said: dict[str, Any], status: str, order: str, told: str
) -> None:
    relais = await relais_of(world)
    await tell(world, places=[place("M-1", relais, **said)])
    assert await statuses(world) == []
    await ready(world, "M-1")
    assert await statuses(world) == [(status, order)]
    heard = [one.name for one in await published(world.database) if one.topic == "distribute.devices"]
    assert heard == [f"device-{name}" for name in told.split()]


async def test_said_after_it_was_ready_it_is_put_there_at_once(world: World) -> None:
    relais = await relais_of(world)
    await ready(world, "M-1")
    await tell(world, places=[place("M-1", relais, **DELIVERED)])
    assert await statuses(world) == [("delivered", "delivered")]


async def test_said_while_it_becomes_ready_it_waits_and_is_put_there(world: World) -> None:
    """Two transactions at once: each would miss the other's row, and nothing ever looks again."""
    relais = await relais_of(world)
    said = world.ready_event(device_id=device_id(SOURCE, "M-1"))
    received = Received(ReadyDevice.model_validate(said.data), said.id, said.type, said.key, now())
    async with world.database.unit_of_work() as hearing:
        await project_devices(hearing, [received])
        telling = asyncio.create_task(tell(world, places=[place("M-1", relais, **DELIVERED)]))
        done, _ = await asyncio.wait({telling}, timeout=0.3)
        assert done == set()
    await telling
    assert await statuses(world) == [("delivered", "delivered")]


async def test_the_same_again_and_twenty_at_once_change_nothing(world: World) -> None:
    relais = await relais_of(world)
    said = [place("M-1", relais, **SOLD), place("M-2", relais, **DELIVERED)]
    await ready(world, "M-1", "M-2")
    answers = await asyncio.gather(*[tell(world, relais=[MENDE], places=said) for _ in range(20)])
    assert sum(one["new"] for one in answers) == 2
    assert await rows(world.database, "SELECT count(*) FROM handover") == [(1,)]
    assert await rows(world.database, "SELECT count(*) FROM reservation") == [(2,)]
    assert await rows(world.database, "SELECT count(*) FROM relais") == [(1,)]


async def test_devices_of_one_order_that_become_ready_later_join_it(world: World) -> None:
    relais = await relais_of(world)
    await tell(world, places=[place(key, relais, **DELIVERED) for key in ("M-1", "M-2", "M-3")])
    await ready(world, "M-1")
    await ready(world, "M-2", "M-3")
    assert await rows(world.database, "SELECT quantity, allocated FROM order_line") == [(3, 3)]
    assert await rows(world.database, "SELECT count(*) FROM shipment") == [(1,)]


async def test_what_was_sold_before_is_in_no_journal_of_ours_and_owes_nothing(world: World) -> None:
    relais = await relais_of(world)
    owes = {"from_day": today().isoformat(), "basis": "per_order", "percent": 50}
    said = await world.coordinator.put(f"/api/v1/relais/{relais}/dues-terms", json=owes)
    assert said.is_success, said.text
    await tell(world, places=[place("M-1", relais, **SOLD), place("M-2", relais, **DELIVERED)])
    await ready(world, "M-1", "M-2")
    assert await rows(world.database, "SELECT count(*) FROM due") == [(0,)]
    assert await rows(world.database, "SELECT receipt_year, receipt_number, amount_cents FROM handover") == [
        (0, 1, 4500)
    ]


async def test_the_till_sells_what_was_on_the_shelf_and_never_enters_what_was_sold(world: World) -> None:
    relais = await relais_of(world)
    await tell(world, places=[place("M-1", relais, **SOLD), place("M-2", relais, **DELIVERED)])
    await ready(world, "M-1", "M-2")
    subject = await world.client.known("till")
    await world.call(world.coordinator, f"/relais/{relais}/members", {"subject": subject})
    till = await world.client.as_("till")
    ((label,),) = await rows(world.database, "SELECT label FROM stock_item WHERE status = 'delivered'")
    await world.call(till, "/handovers", {"label": label, "kind": "given"}, status=201)
    assert await rows(world.database, "SELECT count(*) FROM till_entry") == [(1,)]
    (before,) = await rows(world.database, "SELECT id FROM handover WHERE carried_over = 'BOLC'")
    undone = await till.post(f"/api/v1/handovers/{before[0]}/undo", json={"reason": "wrong_device"})
    assert (undone.status_code, "ancien outil" in undone.text) == (409, True), undone.text


async def test_what_the_old_till_took_is_in_no_sum_of_this_one(world: World) -> None:
    relais = await relais_of(world)
    await tell(world, places=[place("M-1", relais, **SOLD), place("M-2", relais, **DELIVERED)])
    await ready(world, "M-1", "M-2")
    subject = await world.client.known("till")
    await world.call(world.coordinator, f"/relais/{relais}/members", {"subject": subject})
    till = await world.client.as_("till")
    ((label,),) = await rows(world.database, "SELECT label FROM stock_item WHERE status = 'delivered'")
    sale = {"label": label, "kind": "sold", "tier": "solidary", "means": "cash"}
    sold = (await till.post("/api/v1/handovers", json=sale)).json()
    ((day, cents),) = await rows(
        world.database,
        "SELECT (handed_over_at AT TIME ZONE 'Europe/Paris')::date, amount_cents FROM handover"
        " WHERE carried_over IS NOT NULL",
    )
    assert cents > 0
    (month,) = (await till.get("/api/v1/handovers/summary")).json()
    assert (month["sold"], month["amount_cents"]) == (1, sold["amount_cents"])
    file = (await till.get("/api/v1/handovers.csv", params={"first": f"{day}"})).text
    assert (sold["receipt"] in file, file.count(chr(10)) + 1 - file.endswith(chr(10))) == (True, 2), file
    shown = words(await (await world.client.login("till")).get("/caisse", params={"jour": f"{day}"}))
    assert "1 remise vient de votre ancien outil : sa caisse l'a comptée, celle-ci ne la compte pas." in shown
    assert "0 vendu" in shown


async def test_what_a_relais_waits_for_is_an_approved_order_once(world: World) -> None:
    relais = await relais_of(world)
    waited = {"key": "CMD-9", "relais_id": relais, "placed_on": "2024-04-01"}
    said = {**waited, "lines": [{"category": "laptop", "quantity": 4, "min_grade": "C"}]}
    first, again = await tell(world, orders=[said]), await tell(world, orders=[said])
    assert (first["new"], again["new"], again["known"]) == (1, 0, 1)
    assert await rows(world.database, "SELECT status FROM relais_order") == [("approved",)]
    names = [one.name for one in await published(world.database) if one.topic == "distribute.orders"]
    assert names == ["order-placed", "order-approved"]


async def test_an_agreement_that_was_ended_here_is_not_signed_again(world: World) -> None:
    relais = await relais_of(world)
    assert await rows(world.database, "SELECT verb FROM journal WHERE verb = 'agreement-moved-in'") == [
        ("agreement-moved-in",)
    ]
    await rows(world.database, "UPDATE agreement SET ended_on = '2024-01-01' RETURNING 1")
    await tell(world, relais=[MENDE])
    assert await rows(world.database, "SELECT relais_id::text FROM agreement WHERE ended_on IS NULL") == []
    assert await rows(world.database, "SELECT relais_id::text FROM agreement") == [(relais,)]


async def test_one_order_keeps_all_its_lines(world: World) -> None:
    relais = await relais_of(world)
    lines = [{"category": "laptop", "quantity": 4, "min_grade": "C"}, {"category": "laptop", "quantity": 2}]
    await tell(world, orders=[{"key": "CMD-9", "relais_id": relais, "placed_on": "2024-04-01", "lines": lines}])
    assert await rows(world.database, "SELECT quantity FROM order_line ORDER BY position") == [(4,), (2,)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"places": [{"key": "M-1"}, {"key": "m-1"}]}, "sont ici le même nom"),
        ({"places": [{"key": "M-1", **GIVEN, "cents": 5000}]}, "il n'est pas donné"),
    ],
    ids=["twins", "a gift that was paid"],
)
async def test_a_batch_that_would_lose_something_is_refused(world: World, said: Any, words: str) -> None:
    relais = await relais_of(world)
    body = {"source": SOURCE, "places": [place(one.pop("key"), relais, **one) for one in map(dict, said["places"])]}
    answer = await world.coordinator.post("/api/v1/moving-in", json=body)
    assert (answer.status_code, words in answer.text) == (422, True), answer.text
    assert await rows(world.database, "SELECT count(*) FROM moving_in") == [(0,)]


async def test_what_cannot_be_taken_says_why(world: World) -> None:
    unsigned = {**MENDE, "key": "R-2", "signed_on": None}
    relais = (await tell(world, relais=[unsigned]))["ids"]["R-2"]
    line = {"category": "laptop", "quantity": 1}
    told = await tell(
        world,
        relais=[{**MENDE, "key": "R-3", "publics": ["martiens"]}, {**MENDE, "key": "R-4", "postcode": "00000"}],
        places=[place("M-1", "0198c0de-0000-7000-8000-00000000dead")],
        orders=[{"key": "CMD-9", "relais_id": relais, "placed_on": "2024-04-01", "lines": [line]}],
    )
    refused = {one["key"]: one["sentence"] for one in told["refused"]}
    assert refused["R-3"] == "« publics » n'est pas une valeur connue."
    assert refused["M-1"] == "Son Relais n'est pas inscrit : reprenez-le d'abord."
    assert refused["CMD-9"].endswith("sa commande n'est pas reprise : relancez après la signature.")
    assert "R-4" in refused


async def test_every_page_about_what_was_carried_over_opens(world: World) -> None:
    relais = await relais_of(world)
    await tell(world, places=[place("M-1", relais, **SOLD), place("M-2", relais, **DELIVERED), place("M-3", relais)])
    await ready(world, "M-1", "M-2", "M-3")
    subject = await world.client.known("till")
    await world.call(world.coordinator, f"/relais/{relais}/members", {"subject": subject})
    till, office = await world.client.login("till"), await world.client.login("camille")
    ((handover,),) = await rows(world.database, "SELECT id FROM handover")
    ((run,),) = await rows(world.database, "SELECT id FROM allocation_run")
    orders = [row[0] for row in await rows(world.database, "SELECT id FROM relais_order")]
    shipments = [row[0] for row in await rows(world.database, "SELECT id FROM shipment")]
    devices = [row[0] for row in await rows(world.database, "SELECT device_id FROM stock_item")]
    mine = [
        *(f"/caisse/recus/{handover}", f"/sav/remises/{handover}", "/caisse", "/mes-commandes", "/mon-stock"),
        *(f"/commandes/{one}" for one in orders),
    ]
    theirs = [
        *(f"/attributions/{run}", "/attributions", "/commandes", "/envois"),
        *(f"/envois/{one}" for one in shipments),
        *(f"/stock/equipements/{one}" for one in devices),
        *(f"/commandes/{one}" for one in orders),
    ]
    asked = [(till, path) for path in mine] + [(office, path) for path in theirs]
    answers = [(path, (await who.get(path)).status_code) for who, path in asked]
    assert [one for one in answers if one[1] != 200] == []


@pytest.mark.parametrize(
    ("index", "statement"),
    [
        ("ix_moving_in_source", "SELECT count(*), count(applied_at) FROM moving_in WHERE source = 'BOLC'"),
        (
            "ix_handover_unchained",
            "SELECT id FROM handover WHERE relais_id = gen_random_uuid() AND sequence IS NULL AND carried_over IS NULL",
        ),
    ],
)
async def test_each_index_is_one_that_its_query_takes(world: World, index: str, statement: str) -> None:
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute("SET LOCAL enable_seqscan = off")
        plan = await driver.fetch("EXPLAIN " + statement)
    assert index in "\n".join(row[0] for row in plan)


async def test_what_was_handed_over_before_waits_for_no_entry(world: World) -> None:
    ((definition,),) = await rows(
        world.database, "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_handover_unchained'"
    )
    assert "carried_over IS NULL" in definition
