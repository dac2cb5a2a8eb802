"""Device lives by the public APIs: declared, wiped, graded, ordered, handed over. Used by flows and under faults."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from stack.demo import workshop
from stack.demo.api import Chain, Refused
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, DONORS, RELAIS

# A model that is what the category says: what contradicts itself would be refused.
MODELS = {
    "tablet": ("Samsung", "Galaxy Tab A8"),
    "smartphone": ("Samsung", "Galaxy A52"),
    "laptop": ("Dell", "Latitude 5490"),
    "desktop": ("Dell", "OptiPlex 3060"),
    "monitor": ("Dell", "P2419H"),
    "printer": ("HP", "LaserJet Pro M404"),
    "basic_phone": ("Nokia", "Nokia 105"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """One round: a donation of some devices of one category, and how many a Relais then asks for."""

    category: str = "tablet"
    devices: int = 1
    wanted: int = 1
    donor: int = 0
    relais: int = 0

    @property
    def line(self) -> dict[str, Any]:
        manufacturer, model = MODELS[self.category]
        known = {"manufacturer": manufacturer, "model": model, "year": 2021, "ram_gb": 4, "storage_gb": 64}
        return {"category": self.category, "quantity": self.devices, **known}


async def donate(chain: Chain, organisations: Organisations, life: Life) -> dict[str, Any]:
    """Declare, accept, collect, dispatch; returns the lot."""
    donor = DONORS[life.donor % len(DONORS)]
    body = {"donor_id": organisations.donors[donor.key], "lines": [life.line]}
    donation = await chain.collect(donor.person.subject).post("/donations", body)
    coordinator = chain.collect(COORDINATOR.subject)
    await coordinator.post(f"/donations/{donation['id']}/accept")
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    await coordinator.post(f"/donations/{donation['id']}/pickup", {"on": day, "word": "Convenu."})
    collected = await coordinator.post(f"/donations/{donation['id']}/collect")
    (lot,) = collected["lots"]
    suggested = (await coordinator.get(f"/lots/{lot}/suggestions"))[0]
    await coordinator.post(f"/lots/{lot}/dispatch", {"workshop_id": suggested["workshop_id"]})
    return dict(await coordinator.get(f"/lots/{lot}"))


async def cancelled(chain: Chain, organisations: Organisations, life: Life) -> None:
    """Declared, accepted, and given up before the pickup."""
    donor = DONORS[life.donor % len(DONORS)]
    api = chain.collect(donor.person.subject)
    donation = await api.post("/donations", {"donor_id": organisations.donors[donor.key], "lines": [life.line]})
    await chain.collect(COORDINATOR.subject).post(f"/donations/{donation['id']}/accept")
    await api.post(f"/donations/{donation['id']}/cancel", {"reason": "Le chantier est reporté."})


async def refurbish(chain: Chain, organisations: Organisations, lot: dict[str, Any]) -> list[str]:
    """Receive and work on every device; returns the labels of those that are ready."""
    subject = workshop.technician(lot["workshop_id"], organisations.workshops)
    api = chain.refurbish(subject)

    async def announced() -> bool:
        there = [one for one in await api.everything("/lots") if one["id"] == lot["id"]]
        return bool(there) and there[0]["announced"] == lot["devices"]

    await chain.until("the manifest", announced)
    devices = await api.everything("/devices", lot=lot["id"])
    await api.post(f"/lots/{lot['id']}/arrive", {"labels": [device["label"] for device in devices]})
    await api.post(f"/lots/{lot['id']}/reconcile")
    for device in devices:
        await workshop.make_ready(chain, subject, device)
    return [device["label"] for device in devices]


async def stocked(chain: Chain, category: str, ready: int) -> None:
    """Wait until the stock holds so many devices of the category."""
    coordinator = chain.distribute(COORDINATOR.subject)

    async def there() -> bool:
        return len(await coordinator.everything("/devices", category=category)) >= ready

    await chain.until("the stock", there)


async def reserve(chain: Chain, organisations: Organisations, life: Life) -> dict[str, Any]:
    """Order and allocate; returns the order."""
    relais = RELAIS[life.relais % len(RELAIS)]
    api, coordinator = chain.distribute(relais.person.subject), chain.distribute(COORDINATOR.subject)
    line = {"category": life.category, "quantity": life.wanted, "min_grade": "D", "confirmed": True}
    order = await api.post("/orders", {"relais_id": organisations.relais[relais.key], "lines": [line], "again": True})
    await coordinator.post(f"/orders/{order['id']}/approve")
    await _allocate(chain)
    return dict(await api.get(f"/orders/{order['id']}"))


async def distribute(chain: Chain, organisations: Organisations, life: Life, ready: list[str]) -> list[dict[str, Any]]:
    """Order, allocate, ship, receive by scan, hand over; returns the handovers."""
    relais = RELAIS[life.relais % len(RELAIS)]
    api, coordinator = chain.distribute(relais.person.subject), chain.distribute(COORDINATOR.subject)
    await stocked(chain, life.category, len(ready))
    order = await reserve(chain, organisations, life)
    handovers = []
    if order["allocated"]:
        for shipment in await coordinator.post("/shipments", {"order_id": order["id"]}):
            await coordinator.post(f"/shipments/{shipment['id']}/ship")
            labels = [item["label"] for item in (await api.get(f"/shipments/{shipment['id']}"))["items"]]
            await api.post(f"/shipments/{shipment['id']}/deliver", {"labels": labels})
            for label in labels:
                sold = {"kind": "sold", "tier": "solidary"} if relais.may_sell else {"kind": "given"}
                handovers.append(await api.post("/handovers", {"label": label, **sold}))
    return handovers


async def _allocate(chain: Chain) -> None:
    """Run the allocation; when another hand runs it at this moment, once more after it."""
    while True:
        try:
            await chain.distribute(COORDINATOR.subject).post("/allocations")
        except Refused as refused:
            if "run-in-progress" not in str(refused):
                raise
            await asyncio.sleep(0.1)
        else:
            return


async def live(chain: Chain, organisations: Organisations, life: Life) -> list[dict[str, Any]]:
    """One whole round; returns the handovers."""
    lot = await donate(chain, organisations, life)
    ready = await refurbish(chain, organisations, lot)
    return await distribute(chain, organisations, life, ready)
