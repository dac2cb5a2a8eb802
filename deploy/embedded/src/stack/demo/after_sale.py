"""What breaks after it was handed over: one on its workshop's bench again, one replaced from the network's stock."""

from typing import Any

from stack.demo.api import Caller, Chain
from stack.demo.workshop import technician
from stack.people import COORDINATOR, RELAIS


async def bring_back(chain: Chain, workshops: dict[str, str]) -> int:
    """The first Relais that has handed two devices over. Returns how many cases there are."""
    for relais in RELAIS:
        api = chain.distribute(relais.person.subject)
        known = await api.everything("/after-sale")
        handed = sorted(await api.everything("/handovers"), key=lambda one: str(one["receipt"]))
        if not known and len(handed) >= 2:
            await _repair(chain, api, handed[0], workshops)
            await _swap(chain, api, handed[1], workshops)
            known = await api.everything("/after-sale")
        if known:
            chain.report("SAV", len(known), len(known), f"{relais.name}, un à l'établi, un en route")
            return len(known)
    return 0


async def _repair(chain: Chain, api: Caller, handed: dict[str, Any], workshops: dict[str, str]) -> None:
    """It goes back in a parcel, and its workshop has it on the bench a second time, to be wiped again first."""
    case = await api.post(f"/handovers/{handed['id']}/after-sale", {"fault": "screen", "way": "repair"})
    await api.post(f"/after-sale/{case['id']}/send-back", {"carrier": "La Poste", "tracking": "8L 0417 2206"})
    bench = chain.refurbish(technician(case["workshop_id"], workshops))
    path = f"/devices/{case['device_id']}"

    async def expected() -> bool:
        return bool((await bench.get(path))["next_step"]["code"] == "comes-back")

    async def there() -> bool:
        return bool((await bench.get(path))["stage"] in ("erasing", "to_repair"))

    await chain.until("le retour, attendu à l'atelier", expected)
    await bench.post(f"{path}/still-here")
    await chain.until("le retour, à l'établi", there)


async def _swap(chain: Chain, api: Caller, handed: dict[str, Any], workshops: dict[str, str]) -> None:
    """Another one of the network is kept for the person, and is on its way when there is one."""
    case = await api.post(f"/handovers/{handed['id']}/after-sale", {"fault": "power", "way": "network"})
    if case["kept_label"] is None:
        return
    coordinator = chain.distribute(COORDINATOR.subject)
    for shipment in await coordinator.post("/shipments", {"order_id": case["order_id"]}):
        sender = chain.distribute(technician(shipment["workshop_id"], workshops))
        await sender.post(f"/shipments/{shipment['id']}/ship")
