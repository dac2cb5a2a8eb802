"""Top-ups of the workload: sold or given, with a slip now and then, and taken back."""

import asyncio
from typing import Any
from uuid import uuid4

from stack.demo.api import Chain
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, RELAIS, DemoRelais

from tests.faults.hand import Hand
from tests.faults.history import Mark
from tests.faults.people import Person

_EACH = 120  # codes of a Relais: enough for a storm
_OFFER = {
    "operator": "Un opérateur",
    "kind": "data",
    "name": "Sous le feu",
    "how_to": "Tapez le code.",
    "cents": 500,
    "valid_from": "2026-01-01",
    "source": "Personne ne le vend.",
}


async def codes_before(chain: Chain, there: Organisations) -> str:
    """Each Relais has codes, which open nothing; the offer."""
    coordinator = chain.distribute(COORDINATOR.subject)
    offer = str((await coordinator.post("/topups/offers", _OFFER))["id"])
    path = f"/topups/offers/{offer}"
    codes = "\n".join(f"00000000{number:06d}" for number in range(_EACH * len(RELAIS)))
    await coordinator.post_file(f"{path}/codes", "file", ("codes.csv", codes.encode(), "text/csv"))
    for one in RELAIS:
        await coordinator.post(f"{path}/send", {"relais_id": there.relais[one.key], "codes": _EACH})
    return offer


async def at_the_counter(hand: Hand) -> None:
    """People come for a top-up whether parcels do or not."""
    relais = hand.chance.choice(RELAIS)
    await recharge(hand, relais, hand.person("distribute", relais.person.subject))
    await asyncio.sleep(1.0)


async def recharge(hand: Hand, relais: DemoRelais, api: Person) -> None:
    """One leaves, asked for by two windows at once; some come back the same day, and their slip is open again."""
    found = [one for one in await api.get("/topups/offers") if one["name"] == _OFFER["name"]]
    if not found:
        return
    id_, gift = str(uuid4()), not relais.may_sell or hand.happens(0.3)
    how = {"kind": "given"} if gift else {"kind": "sold", "means": hand.chance.choice(("cash", "card", "voucher"))}
    with_slip = await slip(hand, api, "topup", "gift" if gift else "solidary") if hand.happens(hand.load.slips) else {}
    body = {"id": id_, "offer_id": found[0]["id"], **how, **with_slip}
    await api.do("top up", "/topups/sales", body, [Mark("topup", id_)], twice=hand.happens(0.5))
    if hand.happens(hand.load.handover_undone):
        back = {"reason": hand.chance.choice(("wrong_price", "trial"))}
        await api.do("take a top-up back", f"/topups/sales/{id_}/undo", back, [Mark("topup back", id_)])


async def slip(hand: Hand, api: Person, wanted: str, tier: str) -> dict[str, str]:
    """What a person brings whom a colleague has sent."""
    said = {"wanted": wanted, "tier": tier, "seen_by": "AS"}
    made: dict[str, Any] = await api.do("make a slip", "/referral-slips", said, seen=_made)
    return {"slip": str((await api.get(f"/referral-slips/{made['id']}"))["code"])}


def _made(slip: dict[str, Any]) -> list[Mark]:
    return [Mark("slip", slip["id"])]
