"""Twenty conflicting commands at the same moment: one of them has its effect, the others are refused or repeat it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from filiere.identifiers import uuid7
from filiere.testing.events import deliver, incoming
from filiere.web import Role

from tests.access.bodies.collect import declaration, tomorrow
from tests.access.bodies.distribute import order, ready
from tests.access.bodies.refurbish import device
from tests.access.world import World, subject
from tests.attacks.state import events

pytestmark = pytest.mark.timeout(300)
MANY = 20


@dataclass(frozen=True)
class Command:
    """Who sends what where, under /api/v1."""

    who: Role
    path: str
    body: Any = None


class Crowd:
    """Sends bursts and counts what they told the network."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults: list[str] = []
        self.sent = 0

    async def burst(self, name: str, commands: Sequence[Command], **effects: int) -> list[httpx.Response]:
        """The commands in turn until there are twenty, all at once. `effects`: events told by all of them together.

        `a__or__b`: of either kind, together.
        """
        callers = {each.who: await self.world.client.as_(subject(each.who)) for each in commands}
        before = await events(self.world.client.database)
        chosen = [commands[number % len(commands)] for number in range(MANY)]
        answers = await asyncio.gather(
            *(callers[each.who].post(f"/api/v1{each.path}", json=each.body) for each in chosen)
        )
        self.sent += MANY
        after = await events(self.world.client.database)
        statuses = sorted(answer.status_code for answer in answers)
        for wanted, count in effects.items():
            kinds = [kind.replace("_", "-") for kind in wanted.split("__or__")]
            told = sum(after.get(kind, 0) - before.get(kind, 0) for kind in kinds)
            if told != count:
                self.faults.append(f"{name}: {' or '.join(kinds)} told {told} times, not {count} ({statuses})")
        if unexpected := [
            each.text[:200] for each in answers if each.status_code not in (200, 201, 202, 204, 404, 409, 422)
        ]:
            self.faults.append(f"{name}: {statuses} {unexpected[0]}")
        if not any(answer.is_success for answer in answers):
            self.faults.append(f"{name}: nobody succeeded: {statuses} {answers[0].text[:300]}")
        return answers


@pytest.mark.slow
async def test_each_burst_has_one_effect(world: World) -> None:
    crowd = Crowd(world)
    await BURSTS[world.service.name](crowd)
    assert crowd.faults == []
    assert crowd.sent >= 5 * MANY


async def _collect(crowd: Crowd) -> None:
    world = crowd.world
    donor, coordinator = await world.caller(Role.DONOR), await world.coordinator()
    await crowd.burst(
        "confirm an import",
        [Command(Role.DONOR, f"/donations/imports/{world.ids['import_id']}/confirm")],
        donation_declared=1,
    )
    wish = declaration(world.ids["donor_id"])
    draft = (await donor.post("/donations", {**wish, "draft": True}))["id"]
    await crowd.burst("submit a draft", [Command(Role.DONOR, f"/donations/{draft}/submit")], donation_declared=1)
    await crowd.burst(
        "accept and decline",
        [
            Command(Role.COORDINATOR, f"/donations/{draft}/accept"),
            Command(Role.COORDINATOR, f"/donations/{draft}/decline", {"reason": "Trop loin."}),
        ],
        donation_accepted__or__donation_declined=1,
    )
    other = (await donor.post("/donations", wish))["id"]
    await crowd.burst("accept", [Command(Role.COORDINATOR, f"/donations/{other}/accept")], donation_accepted=1)
    await coordinator.post(f"/donations/{other}/pickup", {"on": tomorrow(), "word": "Convenu."})
    collecting = await crowd.burst(
        "collect", [Command(Role.COORDINATOR, f"/donations/{other}/collect")], lot_collected=1
    )
    lot = next(answer.json()["lots"][0] for answer in collecting if answer.is_success)
    workshop, second = str(uuid7()), str(uuid7())
    type_ = "org.filiere.refurbish.workshop-capacity-changed.v1"
    for number, each in enumerate((workshop, second)):
        said = {"workshop_id": each, "name": f"Atelier {number}", "city": "Thiers", "postcode": "63300"}
        event = incoming(
            "refurbish.workshops", type_, each, {**said, "capacity": {"laptop": 40}, "competences": ["laptop"]}
        )
        await deliver(world.client.database, world.service, [event])
    known = await coordinator.get("/workshops")
    await crowd.burst(
        "dispatch to two workshops",
        [
            Command(Role.COORDINATOR, f"/lots/{lot}/dispatch", {"workshop_id": each["workshop_id"]})
            for each in known[:2]
        ],
        lot_dispatched=1,
    )


async def _refurbish(crowd: Crowd) -> None:
    world = crowd.world
    technician = await world.caller(Role.WORKSHOP)
    lot = world.ids["lot_id"]
    await crowd.burst(
        "scan the same device",
        [Command(Role.WORKSHOP, f"/lots/{lot}/arrive", {"labels": [world.ids["expected"]]})],
        device_arrived=1,
    )
    await crowd.burst(
        "set a stranger aside",
        [Command(Role.WORKSHOP, f"/mismatches/{world.ids['mismatch_id']}/dismiss", {"reason": "Un chargeur."})],
    )
    await crowd.burst("count the lot", [Command(Role.WORKSHOP, f"/lots/{lot}/reconcile")], lot_reconciled=1)
    await crowd.burst(
        "withdraw",
        [Command(Role.WORKSHOP, f"/devices/{await _arrived(world, 'laptop', 78)}/withdraw", {"reason": "screen"})],
        device_withdrawn=1,
    )
    monitor = await _arrived(world, "monitor", 77)
    points = (await technician.get(f"/devices/{monitor}/tests"))["missing"]
    results = [{"test": point, "passed": True} for point in points]
    await technician.post(f"/devices/{monitor}/tests", {"results": results})
    await technician.post(f"/devices/{monitor}/grade", {"cosmetic": "A"})
    await crowd.burst(
        "ready and withdraw",
        [
            Command(Role.WORKSHOP, f"/devices/{monitor}/ready"),
            Command(Role.WORKSHOP, f"/devices/{monitor}/ready"),
            Command(Role.WORKSHOP, f"/devices/{monitor}/withdraw", {"reason": "screen"}),
        ],
        device_withdrawn=1,
    )


async def _distribute(crowd: Crowd) -> None:
    world = crowd.world
    relais, coordinator = await world.caller(Role.RELAIS), await world.coordinator()
    workshop_id = str(world.organisation(Role.WORKSHOP))
    made = [ready(number, workshop_id) for number in (11, 12, 13)]
    type_ = "org.filiere.refurbish.device-ready.v1"
    stock = [incoming("refurbish.devices", type_, each["device_id"], each) for each in made]
    await deliver(world.client.database, world.service, stock)
    wish = order(world.ids["relais_id"])
    first = (await relais.post("/orders", wish))["id"]
    await crowd.burst("approve", [Command(Role.COORDINATOR, f"/orders/{first}/approve")], order_approved=1)
    second = (await relais.post("/orders", wish))["id"]
    await coordinator.post(f"/orders/{second}/approve")
    await crowd.burst("reserve three for four", [Command(Role.COORDINATOR, "/allocations")], device_reserved=3)
    await crowd.burst(
        "cancel the second",
        [
            Command(Role.COORDINATOR, f"/orders/{second}/cancel", {"reason": "Doublon."}),
            Command(Role.RELAIS, f"/orders/{second}/cancel"),
        ],
        order_cancelled=1,
    )
    packing = await crowd.burst("pack", [Command(Role.COORDINATOR, "/shipments", {"order_id": first})])
    shipments = {each["id"] for answer in packing if answer.is_success for each in answer.json()}
    found = await coordinator.get(f"/shipments/{min(shipments)}")
    labels = [each["label"] for each in found["items"]]
    sent = f"/shipments/{found['id']}"
    await crowd.burst("ship", [Command(Role.COORDINATOR, f"{sent}/ship")], device_shipped=len(labels))
    await crowd.burst(
        "receive", [Command(Role.RELAIS, f"{sent}/deliver", {"labels": labels})], device_delivered=len(labels)
    )
    await crowd.burst(
        "hand over, sell or give",
        [
            Command(Role.RELAIS, "/handovers", {"label": labels[0], "kind": "given", "tier": "gift"}),
            Command(Role.RELAIS, "/handovers", {"label": labels[0], "kind": "sold", "tier": "solidary"}),
        ],
        device_handed_over=1,
    )
    third = (await relais.post("/orders", wish))["id"]
    await crowd.burst(
        "approve, cancel",
        [Command(Role.COORDINATOR, f"/orders/{third}/approve"), Command(Role.RELAIS, f"/orders/{third}/cancel")],
        order_cancelled=1,
    )


async def _arrived(world: World, category: str, number: int) -> str:
    """A device of a lot of its own, scanned at the workshop of side a."""
    lot, made = str(uuid7()), {**device(number), "category": category}
    said = {"lot_id": lot, "workshop_id": str(world.organisation(Role.WORKSHOP)), "donation_id": str(uuid7())}
    prefix = "org.filiere.collect.lot"
    dispatched = incoming("collect.lots", f"{prefix}-dispatched.v1", lot, {**said, "code": "L-00049", "devices": 1})
    manifest = incoming("collect.lots", f"{prefix}-manifest.v1", lot, {**said, "devices": [made]})
    await deliver(world.client.database, world.service, [dispatched, manifest])
    await (await world.caller(Role.WORKSHOP)).post(f"/lots/{lot}/arrive", {"labels": [made["label"]]})
    return str(made["device_id"])


BURSTS = {"collect": _collect, "refurbish": _refurbish, "distribute": _distribute}
