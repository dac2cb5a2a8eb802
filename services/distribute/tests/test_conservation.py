"""Whatever people do in whatever order, each device is in exactly one place and each promise holds."""

from collections.abc import Sequence

import httpx
from distribute.statuses import StockStatus
from filiere.testing.answers import Json
from filiere.testing.properties import examples
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import World

ACTIONS = (
    "ready",
    "ready_twice",
    "withdraw",
    "order",
    "approve",
    "allocate",
    "undo",
    "cancel",
    "rewrite",
    "fewer",
    "give_up",
    "close",
    "pack",
    "ship",
    "deliver",
    "hand_over",
    "undo_handover",
    "reorder",
    "swap",
    "checked",
    "missing",
    "settle",
    "damaged",
    "back_at_its_workshop",
    "lend",
    "settle_loan",
    "bring_back",
    "settle_case",
    "recall",
    "bring_recalled",
    "end_recall",
)
STATUSES = {*StockStatus}


class Network:
    """Does what an action says to some object picked by a number; refusals are part of life, failures are not."""

    def __init__(self, world: World, relais: Json) -> None:
        self.world, self.relais = world, relais
        self.devices: list[Json] = []
        self.orders: list[Json] = []
        self.runs: list[Json] = []
        self.shipments: list[Json] = []

    async def act(self, action: str, n: int) -> None:
        await getattr(self, action)(n)

    async def post(self, who: httpx.AsyncClient, path: str, body: Json = None) -> Json:
        answer = await who.post(f"/api/v1{path}", json=body)
        assert answer.status_code in (200, 201, 404, 409, 422), answer.text
        return answer.json() if answer.is_success else None

    async def of_ours(self, statement: str) -> list[Json]:
        """Of this example's Relais: the database keeps what earlier ones did."""
        return await self.world.rows(statement.format(self.relais["id"]))

    def pick(self, things: Sequence[Json], n: int) -> Json:
        return things[n % len(things)] if things else None

    async def ready(self, n: int) -> None:
        category, grade = ("tablet", "laptop", "desktop")[n % 3], "ABCD"[n % 4]
        self.devices += await self.world.ready(n % 3 + 1, category=category, grade=grade)

    async def ready_twice(self, n: int) -> None:
        if device := self.pick(self.devices, n):
            await self.world.ready(device_id=device["device_id"], label=device["label"], category=device["category"])

    async def withdraw(self, n: int) -> None:
        rows = await self.world.rows("SELECT device_id::text, label FROM stock_item ORDER BY device_id")
        gone = await self.world.rows(
            "SELECT device_id::text FROM stock_item WHERE status IN ('shipped', 'delivered', 'lent', 'handed_over')"
        )
        left = [row for row in rows if row["device_id"] not in {one["device_id"] for one in gone}]
        if device := self.pick(left, n):
            await self.world.deliver(self.world.withdrawn_event(device))

    async def order(self, n: int) -> None:
        line = {
            "category": ("tablet", "laptop")[n % 2],
            "quantity": n % 4 + 1,
            "min_grade": "BCD"[n % 3],
            "substitutes": ["desktop"] if n % 5 == 0 else [],
        }
        made = await self.post(
            self.relais["client"], "/orders", {"relais_id": self.relais["id"], "lines": [line], "again": True}
        )
        self.orders.append(made)

    async def approve(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            await self.post(self.world.coordinator, f"/orders/{order['id']}/approve")

    async def allocate(self, _: int) -> None:
        if run := await self.post(self.world.coordinator, "/allocations"):
            self.runs.append(run)

    async def undo(self, n: int) -> None:
        if run := self.pick(self.runs, n):
            await self.post(self.world.coordinator, f"/allocations/{run['id']}/undo")

    async def cancel(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            await self.post(self.relais["client"], f"/orders/{order['id']}/cancel")

    async def put(self, path: str, body: Json) -> None:
        answer = await self.relais["client"].put(f"/api/v1{path}", json=body)
        assert answer.status_code in (200, 404, 409, 422), answer.text

    async def rewrite(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            line = {"category": ("laptop", "tablet", "desktop")[n % 3], "quantity": n % 5 + 1}
            await self.put(f"/orders/{order['id']}", {"relais_id": self.relais["id"], "lines": [line]})

    async def fewer(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            await self.put(f"/orders/{order['id']}/lines/{order['lines'][0]['id']}/quantity", {"quantity": n % 3})

    async def give_up(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            await self.post(self.relais["client"], f"/orders/{order['id']}/give-up-rest")

    async def close(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            await self.post(self.relais["client"], f"/orders/{order['id']}/close")

    async def reorder(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            self.orders.append(await self.post(self.relais["client"], f"/orders/{order['id']}/reorder"))

    async def pack(self, n: int) -> None:
        if order := self.pick(self.orders, n):
            self.shipments += await self.post(self.world.coordinator, "/shipments", {"order_id": order["id"]}) or []

    async def ship(self, n: int) -> None:
        if shipment := self.pick(self.shipments, n):
            await self.post(self.world.coordinator, f"/shipments/{shipment['id']}/ship")

    async def deliver(self, n: int) -> None:
        if shipment := self.pick(self.shipments, n):
            labels = [item["label"] for item in shipment["items"]][: n % 3 + 1]
            await self.post(self.relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})

    async def swap(self, n: int) -> None:
        if (shipment := self.pick(self.shipments, n)) and (device := self.pick(shipment["items"], n // 3)):
            path = f"/shipments/{shipment['id']}/devices/{device['device_id']}/swap"
            await self.post(self.world.coordinator, path, {"reason": ("damaged", "not_there", "other")[n % 3]})

    async def checked(self, n: int) -> None:
        rows = await self.world.rows("SELECT device_id::text FROM stock_item WHERE status = 'to_check' ORDER BY 1")
        if device := self.pick(rows, n):
            await self.post(self.world.coordinator, f"/devices/{device['device_id']}/checked")

    async def missing(self, n: int) -> None:
        if shipment := self.pick(self.shipments, n):
            labels = [item["label"] for item in shipment["items"]][: n % 3]
            await self.post(self.relais["client"], f"/shipments/{shipment['id']}/missing", {"labels": labels})

    async def settle(self, n: int) -> None:
        incidents = (await self.world.read(self.world.coordinator, "/incidents"))["items"]
        if incident := self.pick(incidents, n):
            outcome = ("lost", "found", "on_its_way", "lost")[n % 4]
            await self.post(self.world.coordinator, f"/incidents/{incident['id']}/settle", {"outcome": outcome})

    async def damaged(self, n: int) -> None:
        if (shipment := self.pick(self.shipments, n)) and (device := self.pick(shipment["items"], n // 3)):
            path = f"/shipments/{shipment['id']}/devices/{device['device_id']}/report"
            body = {"kind": ("damaged", "wrong")[n % 2], "keep": n % 5 == 0}
            await self.post(self.relais["client"], path, body)

    async def back_at_its_workshop(self, n: int) -> None:
        rows = await self.world.rows(
            "SELECT device_id::text, label FROM stock_item WHERE status IN ('lost', 'returning') ORDER BY device_id"
        )
        if device := self.pick(rows, n):
            said = self.world.recalled_event(device) if n % 2 else self.world.asked_back_event(device, never_left=True)
            await self.world.deliver(said)

    async def lend(self, n: int) -> None:
        rows = await self.world.rows("SELECT label FROM stock_item WHERE status = 'delivered' ORDER BY device_id")
        if labels := [row["label"] for row in rows][: n % 3 + 1]:
            body = {"kind": ("street", "place")[n % 2], "place": "Tournée", "labels": labels}
            await self.post(self.relais["client"], "/loans", body)

    async def settle_loan(self, n: int) -> None:
        loans = (await self.world.read(self.relais["client"], "/loans"))["items"]
        if found := self.pick(loans, n):
            loan = await self.world.read(self.relais["client"], f"/loans/{found['id']}")
            devices = [one["device_id"] for one in loan["devices"]]
            lost = [one["device_id"] for one in loan["devices"] if one["outcome"] == "lost"]
            body = {"returned": devices[: n % 2], "given": devices[n % 2 : 2]}
            if n % 3 == 0:
                body = {"found": lost} if lost else {"lost": devices[:1]}
            await self.post(self.relais["client"], f"/loans/{loan['id']}/settle", body)

    async def hand_over(self, n: int) -> None:
        if device := self.pick(self.devices, n):
            body = {"device_id": device["device_id"]} | (
                {"kind": "given"} if n % 2 else {"kind": "sold", "tier": "solidary"}
            )
            await self.post(self.relais["client"], "/handovers", body)

    async def undo_handover(self, n: int) -> None:
        handovers = await self.of_ours("SELECT id::text FROM handover WHERE relais_id = '{}' ORDER BY id")
        if handover := self.pick(handovers, n):
            body = {"reason": ("trial", "wrong_price", "does_not_work")[n % 3]}
            await self.post(self.relais["client"], f"/handovers/{handover['id']}/undo", body)

    async def bring_back(self, n: int) -> None:
        handovers = await self.of_ours("SELECT id::text FROM handover WHERE relais_id = '{}' ORDER BY id")
        if handover := self.pick(handovers, n):
            body = {"fault": "screen", "way": ("swap", "repair", "refund", "network")[n % 4]}
            await self.post(
                self.relais["client"], f"/handovers/{handover['id']}/after-sale", body | await self.another(n)
            )

    async def settle_case(self, n: int) -> None:
        cases = (await self.world.read(self.relais["client"], "/after-sale"))["items"]
        if case := self.pick(cases, n):
            body = {"way": ("swap", "swap", "refund")[n % 3]} | await self.another(n)
            await self.post(self.relais["client"], f"/after-sale/{case['id']}/settle", body)

    async def recall(self, n: int) -> None:
        if device := self.pick(self.devices, n):
            body = {"label": device["label"], "what": "lot" if n % 4 else "model", "reason": "safety"}
            await self.post(self.world.coordinator, "/recalls", body)

    async def bring_recalled(self, n: int) -> None:
        rows = await self.of_ours(
            "SELECT x.recall_id::text, x.device_id::text FROM recall_item x JOIN recall r ON r.id = x.recall_id"
            " JOIN stock_item i USING (device_id) WHERE r.ended_at IS NULL AND i.relais_id = '{}' ORDER BY 1, 2"
        )
        if one := self.pick(rows, n):
            path = f"/recalls/{one['recall_id']}/devices/{one['device_id']}/bring-back"
            await self.post(self.relais["client"], path)

    async def end_recall(self, n: int) -> None:
        if one := self.pick(await self.world.rows("SELECT id::text FROM recall ORDER BY id"), n):
            await self.post(self.world.coordinator, f"/recalls/{one['id']}/end")

    async def another(self, n: int) -> Json:
        rows = await self.of_ours(
            "SELECT label FROM stock_item WHERE status = 'delivered' AND relais_id = '{}' ORDER BY device_id"
        )
        device = self.pick(rows, n // 3)
        return {"replacement": device["label"]} if device else {}


# No shrinking: the database keeps what earlier examples did, and each example is some thirty requests.
@settings(max_examples=examples(10), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 60)), min_size=10, max_size=25))
async def test_every_device_is_in_one_place_whatever_people_do(world: World, actions: list[tuple[str, int]]) -> None:
    network = Network(world, await world.relais())
    # A beginning that gives the actions something to work on.
    for action in ("ready", "ready", "order", "approve", "allocate", "pack"):
        await network.act(action, 7)
    for action, n in actions:
        await network.act(action, n)
        await holds(world)


async def holds(world: World) -> None:
    statuses = await world.statuses()
    assert set(statuses) <= STATUSES
    assert await world.rows("SELECT 1 FROM dead_letter") == []
    # Each line holds exactly the devices that are promised to it.
    assert (
        await world.rows(
            "SELECT l.id FROM order_line l LEFT JOIN stock_item i ON i.line_id = l.id"
            " GROUP BY l.id HAVING l.allocated <> count(i.device_id)"
        )
        == []
    )
    assert (
        await world.rows(
            "SELECT i.device_id FROM stock_item i LEFT JOIN reservation r"
            " ON r.device_id = i.device_id AND r.released_at IS NULL WHERE i.line_id IS DISTINCT FROM r.line_id"
        )
        == []
    )
    # A handover for each device that was handed over, and for no other.
    assert (
        await world.rows(
            "SELECT i.device_id FROM stock_item i FULL JOIN"
            " (SELECT * FROM handover WHERE returned_at IS NULL) h USING (device_id)"
            " WHERE (i.status = 'handed_over') IS DISTINCT FROM (h.id IS NOT NULL)"
        )
        == []
    )
    # A sale whose device came back has a case, and every case such a sale, but for those that were paid back in whole.
    assert (
        await world.rows(
            "SELECT 1 FROM (SELECT id FROM handover WHERE returned_at IS NOT NULL) h FULL JOIN (SELECT handover_id"
            " FROM after_sale_case WHERE handover_id NOT IN (SELECT coalesce(refunded_id, handover_id)"
            " FROM after_sale_case WHERE outcome = 'refunded' AND NOT is_refunded_in_part)) c ON c.handover_id = h.id"
            " WHERE h.id IS NULL OR c.handover_id IS NULL"
        )
        == []
    )
    # What the tills hold is what their handovers say.
    assert (
        await world.rows(
            "SELECT r.id FROM relais r WHERE (SELECT coalesce(sum(amount_cents), 0) FROM handover h"
            " WHERE h.relais_id = r.id) <> (SELECT coalesce(sum(person_cents + structure_cents), 0) FROM till_entry e"
            " WHERE e.relais_id = r.id)"
        )
        == []
    )
    # What is out is in one loan that is not settled.
    assert (
        await world.rows(
            "SELECT i.device_id FROM stock_item i LEFT JOIN loan_item x ON x.device_id = i.device_id"
            " AND x.settled_at IS NULL WHERE (i.status = 'lent') <> (x.loan_id IS NOT NULL)"
        )
        == []
    )
    # What is held is recalled, and what is recalled and free is held.
    assert (
        await world.rows(
            "SELECT i.label, i.status FROM stock_item i WHERE i.status IN ('available', 'held', 'reserved', 'to_check')"
            " AND (i.status = 'held') <> EXISTS (SELECT 1 FROM recall_item x JOIN recall r ON r.id = x.recall_id"
            " WHERE x.device_id = i.device_id AND r.ended_at IS NULL AND x.back_at IS NULL)"
        )
        == []
    )
    # What somebody used is at its workshop, or on its way there, before anybody else has it.
    assert (
        await world.rows(
            "SELECT label, status FROM stock_item WHERE status IN ('delivered', 'lent', 'handed_over')"
            " AND used_since_promised(device_id)"
        )
        == []
    )
    # What somebody misses is still on its way, or it is settled.
    assert (
        await world.rows(
            "SELECT i.device_id FROM incident n JOIN stock_item i USING (device_id)"
            " WHERE n.settled_at IS NULL AND i.status <> 'shipped'"
        )
        == []
    )
    # A parcel on its way carries something that is.
    assert (
        await world.rows(
            "SELECT s.id FROM shipment s WHERE s.status = 'shipped' AND NOT EXISTS (SELECT 1 FROM shipment_item x"
            " JOIN stock_item i USING (device_id) WHERE x.shipment_id = s.id AND x.removed_at IS NULL"
            " AND i.status = 'shipped' AND i.order_id = s.order_id)"
        )
        == []
    )
    # What consumers were told last of each device is where it stands.
    told = {event.key: event.name for event in await world.published() if event.topic == "distribute.devices"}
    expected = {
        "reserved": ("device-reserved",),
        "shipped": ("device-shipped",),
        # Reported and kept, it stays where it was.
        "delivered": ("device-delivered", "device-handover-undone", "device-reported", "device-loan-ended"),
        "lent": ("device-lent",),
        "handed_over": ("device-handed-over",),
        "returning": ("device-reported", "device-found", "device-brought-back"),
        "lost": ("device-lost",),
        "to_check": ("device-released",),
        "available": ("device-released", "device-returned", "device-recall-answered"),
        "held": ("device-released", "device-returned", "device-recall-answered"),
        "withdrawn": ("device-released", "device-returned", "device-recall-answered"),
    }
    for row in await world.rows("SELECT device_id::text, status FROM stock_item"):
        assert told.get(row["device_id"], "device-released") in expected[row["status"]], row
    # Demand told is demand there.
    wanted = {event.key: event.data["wanted"] for event in await world.published("demand-updated")}
    rows = await world.rows(
        "SELECT l.category || ':' || l.min_grade || ':' || r.territory AS key, sum(l.quantity - l.allocated)::int AS n"
        " FROM order_line l JOIN relais_order o ON o.id = l.order_id JOIN relais r ON r.id = l.relais_id"
        " WHERE o.status IN ('approved', 'allocated', 'shipped', 'delivered') GROUP BY 1"
    )
    assert {key: n for key, n in wanted.items() if n} == {row["key"]: row["n"] for row in rows if row["n"]}
