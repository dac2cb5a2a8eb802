"""A Relais and its workshop after some weeks: sold, undone, paid back, swapped, lent, lost, damaged; waste."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from filiere.calendar import PARIS
from stack.demo import workshop
from stack.demo.api import Caller, Chain
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, RELAIS, colleague

from tests.flows.lives import Life, donate, refurbish, reserve, stocked

_SOLD = {"kind": "sold", "tier": "solidary", "means": "cash"}


async def weeks(chain: Chain, there: Organisations) -> None:
    """Twelve tablets, nine of them sent to a Relais; laptops at the bench."""
    await owing(chain, there)
    await _paid_twice(chain, there)
    life = Life(category="tablet", devices=12, wanted=9)
    ready = await refurbish(chain, there, await donate(chain, there, life))
    await stocked(chain, "tablet", len(ready))
    relais, coordinator = chain.distribute(RELAIS[0].person.subject), chain.distribute(COORDINATOR.subject)
    order = await reserve(chain, there, life)
    (parcel,) = await coordinator.post("/shipments", {"order_id": order["id"]})
    await coordinator.post(f"/shipments/{parcel['id']}/ship")
    here = await _received(relais, coordinator, parcel["id"])
    await _handed_out(relais, here)
    # Another order's parcel is being packed; one of it is damaged, and waits for somebody to look at it.
    other = await reserve(chain, there, Life(category="tablet", wanted=2, relais=1))
    (packing,) = await coordinator.post("/shipments", {"order_id": other["id"]})
    first, *_ = (await coordinator.get(f"/shipments/{packing['id']}"))["items"]
    await coordinator.post(f"/shipments/{packing['id']}/devices/{first['device_id']}/swap", {"reason": "damaged"})
    await _at_the_bench(chain, there)


async def owing(chain: Chain, there: Organisations) -> None:
    """One Relais owes a third of each sale, another a fifth of each device."""
    coordinator = chain.distribute(COORDINATOR.subject)
    day = datetime.now(PARIS).date().isoformat()
    for key, basis, percent in ((RELAIS[0].key, "per_sale", 33), (RELAIS[1].key, "per_order", 20)):
        terms = {"from_day": day, "basis": basis, "percent": percent}
        await coordinator.put(f"/relais/{there.relais[key]}/dues-terms", terms)


async def _paid_twice(chain: Chain, there: Organisations) -> None:
    """One of them was written down by mistake."""
    coordinator, day = chain.distribute(COORDINATOR.subject), datetime.now(PARIS).date().isoformat()
    for _ in range(2):
        paid = {"id": str(uuid4()), "received_on": day, "means": "transfer", "amount_cents": 4500}
        await coordinator.post(f"/relais/{there.relais[RELAIS[0].key]}/payments", paid)
    await coordinator.post(f"/payments/{paid['id']}/undo", {"reason": "Saisi deux fois."})


async def _received(relais: Caller, coordinator: Caller, parcel: str) -> list[dict[str, Any]]:
    """One is lost, one still missed, one damaged; the rest is there."""
    path = f"/shipments/{parcel}"
    items = (await relais.get(path))["items"]
    said = await relais.post(f"{path}/missing", {"labels": [one["label"] for one in items[:2]]})
    [lost] = [one["id"] for one in said if one["device_id"] == items[0]["device_id"]]
    await coordinator.post(f"/incidents/{lost}/settle", {"outcome": "lost"})
    await relais.post(f"{path}/devices/{items[2]['device_id']}/report", {"kind": "damaged", "keep": False})
    await relais.post(f"{path}/deliver", {"labels": [one["label"] for one in items[3:]]})
    return list(items[3:])


async def _handed_out(relais: Caller, here: list[dict[str, Any]]) -> None:
    """Six devices: a cart, an undo, a refund, a swap, a loan; then the till is closed."""
    cart = {"devices": [{"device_id": one["device_id"]} for one in here[:2]], "structure_cents": 333, **_SOLD}
    first, second = (await relais.post("/checkouts", cart))["handovers"]
    await relais.post(f"/handovers/{first['id']}/undo", {"reason": "trial"})
    await relais.post("/handovers", {"device_id": first["device_id"], **_SOLD})
    await relais.post(f"/handovers/{second['id']}/after-sale", {"fault": "screen", "way": "refund"})
    worst, *better = sorted(here[2:5], key=lambda one: str(one["grade"]), reverse=True)
    sold = await relais.post("/handovers", {"device_id": worst["device_id"], **_SOLD})
    swap = {"fault": "power", "way": "swap", "replacement": better[-1]["label"]}
    await relais.post(f"/handovers/{sold['id']}/after-sale", swap)
    await relais.post("/loans", {"kind": "street", "place": "Tournée du soir", "labels": [here[5]["label"]]})
    till = await relais.get("/till/open")
    await relais.post("/till/closings/days", {"counted_cents": till["cash_expected_cents"], "left_cents": 100})


async def _at_the_bench(chain: Chain, there: Organisations) -> None:
    """A disk that was never there, a part that went in, a machine that left as waste."""
    lot = await donate(chain, there, Life(category="laptop", devices=2))
    subject = workshop.technician(lot["workshop_id"], there.workshops)
    api, other = chain.refurbish(subject), chain.refurbish(colleague(subject).subject)

    async def announced() -> bool:
        return len(await api.everything("/devices", lot=lot["id"])) == int(lot["devices"])

    await chain.until("the manifest", announced)
    mended, wasted = await api.everything("/devices", lot=lot["id"])
    await api.post(f"/lots/{lot['id']}/arrive", {"labels": [mended["label"], wasted["label"]]})
    media = [{"kind": "ssd", "serial": "S4NSSD0001"}, {"kind": "ssd", "serial": "S4NSSD0002"}]
    await api.post(f"/devices/{mended['id']}/media", media)
    asked = {"medium_serial": "S4NSSD0002", "reason": "misread"}
    gone = await api.post(f"/devices/{mended['id']}/media-exits", asked)
    await other.post(f"/media-exits/{gone['id']}", {"confirmed": True})
    part = await api.post("/parts", {"kind": "battery", "fits": "E5490", "quantity": 3, "unit_cents": 1250})
    repair = {"kind": "replaced", "outcome": "fixed", "minutes": 20, "part_id": part["id"]}
    await api.post(f"/devices/{mended['id']}/repairs", repair)
    await api.post(f"/devices/{wasted['id']}/media", [{"kind": "none"}])
    await api.post(f"/devices/{wasted['id']}/withdraw", {"reason": "board"})
    exit_ = {"left_on": datetime.now(UTC).date().isoformat(), "code": "20 01 36", "weight_kg": 2.1}
    named = {"slip": "BSD-1", "carrier": "Transports du Forez", "recipient": "Recyclage du Centre"}
    await api.post("/waste-exits", {**exit_, **named, "devices": [wasted["id"]]})
