"""What the Relais do: order, receive by scan, sell or give; what the coordinator and the workshops do for them."""

from typing import Any
from uuid import uuid4

from stack.demo.api import Chain, Refused
from stack.demo.organisations import Organisations
from stack.demo.workshop import technician
from stack.people import COORDINATOR, RELAIS

_ORDERS: dict[str, list[dict[str, Any]]] = {
    "mende": [
        {"category": "tablet", "quantity": 4, "min_grade": "D", "publics": ["seniors"]},
        {"category": "laptop", "quantity": 8, "min_grade": "C", "substitutes": ["desktop"]},
        {"category": "smartphone", "quantity": 5, "min_grade": "C"},
    ],
    "issoire": [
        {"category": "laptop", "quantity": 10, "min_grade": "C"},
        {"category": "desktop", "quantity": 4, "min_grade": "D"},
        {"category": "monitor", "quantity": 4, "min_grade": "D"},
        {"category": "laptop", "quantity": 3, "min_grade": "PREMIUM"},
    ],
    "saint-flour": [
        {"category": "smartphone", "quantity": 6, "min_grade": "D", "urgent": True},
        {"category": "tablet", "quantity": 6, "min_grade": "B"},
    ],
}
_KEPT_IN_STOCK = 3  # of each Relais' delivery, so that its till has something to hand over


async def stocked(chain: Chain, ready: int) -> None:
    """Wait until what the workshops declared ready is in stock."""
    api = chain.distribute(COORDINATOR.subject)

    async def all_there() -> bool:
        page = await api.get("/devices", limit=1)
        return bool(page["total"] >= ready)

    await chain.until("les équipements prêts, en stock", all_there)
    chain.report("Stock", ready, ready, "équipements prêts à commander")


async def order(chain: Chain, organisations: Organisations) -> list[dict[str, Any]]:
    """Place, approve, allocate. Returns the orders with what each got."""
    orders = []
    for relais in RELAIS:
        api = chain.distribute(relais.person.subject)
        known = await api.everything("/orders")
        if known:
            orders.append(min(known, key=lambda one: str(one["placed_at"])))
            continue
        body = {"relais_id": organisations.relais[relais.key], "lines": _ORDERS[relais.key]}
        orders.append(await api.post("/orders", body))
        usual = {"name": "Tous les mois", "is_template": True, "lines": _ORDERS[relais.key][:2]}
        await api.post("/drafts", {"relais_id": organisations.relais[relais.key], **usual})
    coordinator = chain.distribute(COORDINATOR.subject)
    for one in orders:
        if one["status"] == "placed":
            await coordinator.post(f"/orders/{one['id']}/approve")
    run = await coordinator.post("/allocations")
    chain.report("Commandes", len(orders), len(orders), f"{run['allocated']} équipements attribués")
    return [await coordinator.get(f"/orders/{one['id']}") for one in orders]


async def ship_and_receive(chain: Chain, orders: list[dict[str, Any]], workshops: dict[str, str]) -> int:
    """The workshops send, the Relais scan. Returns how many devices were delivered. The last order stays on its way."""
    delivered = 0
    for number, one in enumerate(orders, start=1):
        relais = next(relais for relais in RELAIS if relais.name == one["relais_name"])
        coordinator = chain.distribute(COORDINATOR.subject)
        if not await coordinator.everything("/shipments", order_id=one["id"]) and one["allocated"]:
            await coordinator.post("/shipments", {"order_id": one["id"]})
        for shipment in await coordinator.everything("/shipments", order_id=one["id"]):
            sender = chain.distribute(technician(shipment["workshop_id"], workshops))
            if shipment["status"] == "preparing" and number < len(orders):
                shipment |= await sender.post(f"/shipments/{shipment['id']}/ship")
            if shipment["status"] == "shipped":
                detail = await coordinator.get(f"/shipments/{shipment['id']}")
                labels = [item["label"] for item in detail["items"]]
                receiver = chain.distribute(relais.person.subject)
                received = await receiver.post(f"/shipments/{shipment['id']}/deliver", {"labels": labels})
                delivered += len(received["found"])
        chain.report("Livraisons", number, len(orders), relais.name)
    return delivered


async def leave_work_for_the_coordinator(chain: Chain, organisations: Organisations) -> None:
    """One order to approve, and a price list to look at: a draft, as it was copied."""
    coordinator = chain.distribute(COORDINATOR.subject)
    if all(one["status"] != "draft" for one in await coordinator.get("/price-lists")):
        await coordinator.post("/price-lists")
    relais = RELAIS[-1]
    api = chain.distribute(relais.person.subject)
    if len(await api.everything("/orders")) < 2:
        lines = [{"category": "laptop", "quantity": 3, "min_grade": "C"}]
        await api.post("/orders", {"relais_id": organisations.relais[relais.key], "lines": lines})


# Nobody's tariffs, and marked so: a real network has none of them.
_BY_CODE = "Appelez le numéro de recharge de l'opérateur, puis tapez le code."
_EXAMPLE = {"operator": "Opérateur d'exemple", "valid_from": "2026-01-01", "is_example": True}
_CARDS = "Cartes vendues de 2,50 à 13 € en 2013 (infocatho) : un exemple, pas un tarif"
EXAMPLES: tuple[dict[str, str | int], ...] = (
    {
        "kind": "data",
        "name": "500 Mo",
        "cents": 100,
        "how_to": _BY_CODE,
        "source": "1 € les 500 Mo en 2012 (laforumotheque.fr) : un exemple, pas un tarif",
    },
    {
        "kind": "data",
        "name": "2 Go",
        "cents": 500,
        "how_to": _BY_CODE,
        "source": "5 € les 2 Go en 2012 (laforumotheque.fr) : un exemple, pas un tarif",
    },
    {
        "kind": "sim",
        "name": "Kit carte SIM",
        "cents": 250,
        "how_to": "Mettez la carte dans le téléphone, puis suivez l'activation que l'opérateur demande.",
        "source": _CARDS,
    },
    {"kind": "abroad", "name": "Appels à l'étranger", "cents": 1300, "how_to": _BY_CODE, "source": _CARDS},
)


async def top_up(chain: Chain, organisations: Organisations) -> None:
    """Codes of an example come in, a Relais has some, one was given; another one waits for some."""
    coordinator, (first, second, *_) = chain.distribute(COORDINATOR.subject), RELAIS
    api = chain.distribute(first.person.subject)
    known = {one["name"]: one for one in await coordinator.get("/topups/offers")}
    for example in EXAMPLES:
        if example["name"] not in known:
            known[example["name"]] = await coordinator.post("/topups/offers", _EXAMPLE | example)
    offer = known["2 Go"]
    if offer["in_stock"] or offer["at_relais"]:
        return
    codes = "\n".join(f"00000000{number:06d}" for number in range(30))  # no operator's: they open nothing
    address = f"/topups/offers/{offer['id']}"
    try:
        await coordinator.post_file(f"{address}/codes", "file", ("codes.csv", codes.encode(), "text/csv"))
    except Refused:
        return  # without TOPUP_KEYS an installation keeps no codes
    await coordinator.post(f"{address}/send", {"relais_id": organisations.relais[first.key], "codes": 12})
    sale = {"id": str(uuid4()), "offer_id": offer["id"], "kind": "given", "person_alias": "P-001"}
    await api.post("/topups/sales", sale)
    await chain.distribute(second.person.subject).post(f"{address}/ask", {"codes": 20})


async def hand_over(chain: Chain) -> int:
    """Sell at a solidarity price, or give where the Relais may not sell. Returns how many devices have a new owner.

    Then the day is closed: the till has a journal to look at, and a closing to print.
    """
    tiers = ("solidary", "very_solidary", "gift")
    handed = 0
    for number, relais in enumerate(RELAIS, start=1):
        api = chain.distribute(relais.person.subject)
        there = await api.everything("/devices", status="delivered")
        leaving = sorted(there, key=lambda one: str(one["label"]))[:-_KEPT_IN_STOCK]
        cash = 0
        for position, device in enumerate(leaving):
            tier = tiers[position % 3] if relais.may_sell else "gift"
            body: dict[str, Any] = {"label": device["label"], "kind": "given" if tier == "gift" else "sold"}
            if tier != "gift":
                body |= {"tier": tier, "means": "cash" if position % 2 else "card"}
            person = {"person_alias": f"P-{position + 1:03d}", "public": relais.publics[0]}
            if (number, position) == (2, 0):
                body |= await _sent_with_a_slip(chain, device["category"], tier)
            made = await api.post("/handovers", body | person)
            cash += made["person_cents"] if made["means"] == "cash" else 0
            handed += 1
        if leaving:
            await api.post("/till/closings/days", {"counted_cents": cash})
        chain.report("Remises", number, len(RELAIS), f"{handed} équipements remis")
    return handed


async def _sent_with_a_slip(chain: Chain, category: str, tier: str) -> dict[str, str]:
    """What a till is shown by a person whom the first Relais sent with a slip: its worker sees when it was used."""
    worker = chain.distribute(RELAIS[0].person.subject)
    slip = await worker.post("/referral-slips", {"wanted": category, "tier": tier, "seen_by": "AS"})
    return {"slip": (await worker.get(f"/referral-slips/{slip['id']}"))["code"]}
