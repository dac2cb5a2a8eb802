"""What does not go to a Relais: disks taken out of broken devices, waste with its slip; and new rules on trial."""

from typing import Any

from filiere.calendar import today

from stack.demo.api import Chain
from stack.people import COORDINATOR, WORKSHOPS, colleague

_KG_PER_DEVICE = 4.2
_ON_TRIAL = "pc_2026"


async def of_withdrawn(chain: Chain) -> None:
    """Of each workshop: disks of what is broken are taken out by two people, and half of it leaves as waste.

    A disk waits for its second person, and some devices for the next lorry: their pages have something to show.
    """
    for number, workshop in enumerate(WORKSHOPS, start=1):
        first = workshop.technicians[0].subject
        api, second = chain.refurbish(first), chain.refurbish(colleague(first).subject)
        withdrawn = sorted(await api.everything("/devices", status="withdrawn"), key=lambda one: str(one["label"]))
        leaving = withdrawn[: (len(withdrawn) + 1) // 2]
        if await api.get("/waste-exits"):
            continue
        for device in withdrawn:
            for medium in await api.get(f"/devices/{device['id']}/media"):
                gone = {"medium_serial": medium["serial"], "reason": "to_destroy"}
                asked = await api.post(f"/devices/{device['id']}/media-exits", gone)
                if device in leaving:
                    await second.post(f"/media-exits/{asked['id']}", {"confirmed": True})
        if leaving:
            await api.post("/waste-exits", _slip([device["id"] for device in leaving], number))
        chain.report("Déchets", number, len(WORKSHOPS), f"{len(leaving)} équipements sortis, {workshop.name}")


async def try_new_rules(chain: Chain) -> None:
    """The coordination looks at what the rules on trial would change, and switches nothing on."""
    api = chain.refurbish(COORDINATOR.subject)
    path = f"/rulesets/{_ON_TRIAL}/comparison"
    await api.post(path)

    async def compared() -> bool:
        return bool((await api.get(path))["ready"])

    await chain.until("la comparaison des règles de classement", compared)
    found = await api.get(path)
    chain.report("Règles à l'essai", 1, 1, f"{sum(cell['devices'] for cell in found['cells'])} équipements comparés")


def _slip(devices: list[str], number: int) -> dict[str, Any]:
    return {
        "left_on": today().isoformat(),
        "code": "16 02 14",
        "weight_kg": round(_KG_PER_DEVICE * len(devices), 1),
        "slip": f"BSD-{today():%Y}-{number:04d}",
        "carrier": "Transports Exemple",
        "recipient": "Centre de tri d'exemple",
        "devices": devices,
    }
