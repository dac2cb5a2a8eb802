"""The donors' side of the workload: declared, accepted, fetched, sent to a workshop or two – or given up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from filiere.testing.pdfs import pdf
from stack.people import COORDINATOR, DONORS

from tests.faults import equipment
from tests.faults.hand import Hand, event
from tests.faults.history import Mark
from tests.faults.people import Person, new_id


async def give(hand: Hand) -> list[dict[str, Any]]:
    """A donation until it has left; the lots, none when it was given up."""
    category = hand.chance.choice(equipment.CATEGORIES)
    quantity = hand.chance.randint(*hand.load.devices)
    donor = hand.chance.choice(DONORS)
    id_ = new_id()
    line = equipment.line(category, quantity)
    body = {"donor_id": hand.there.donors[donor.key], "lines": [line], "note": f"op {id_}"}
    given, api = hand.person("collect", donor.person.subject), hand.person("collect", COORDINATOR.subject)
    donation = (await given.do("declare", "/donations", body, [Mark("donation", id_)], id_=id_))["id"]
    if hand.happens(hand.load.attached):
        content = pdf(hand.chance.randbytes(hand.chance.randint(1_000, 400_000)))
        await hand.pages("collect", donor.person.subject).attach(donation, content)
    if await _given_up(hand, given, api, donation):
        return []
    lots = await _fetched(hand, given, api, donation)
    if hand.happens(hand.load.drawn):
        await given.do("draw", f"/donations/{donation}/documents", {"kind": "slip"})
    sent = []
    for lot, devices in lots:
        sent += await _send_off(hand, api, lot, category, devices)
    return [dict(await api.get(f"/lots/{one}")) for one in sent]


async def _given_up(hand: Hand, given: Person, api: Person, donation: str) -> bool:
    """Before the answer, or between the answer and the pickup; accepted otherwise."""
    path = f"/donations/{donation}"
    if hand.happens(hand.load.taken_back):
        await given.do("take back", f"{path}/withdraw", None, [event("donation-withdrawn", donation)])
        return True
    await api.do("accept", f"{path}/accept", None, [event("donation-accepted", donation)])
    if hand.happens(hand.load.called_off):
        body = {"reason": "Déménagement repoussé."}
        await given.do("call off", f"{path}/cancel", body, [event("donation-cancelled", donation)])
        return True
    return False


async def _fetched(hand: Hand, given: Person, api: Person, donation: str) -> list[tuple[str, int]]:
    """The lot, and one more of what was not there at first; each with how many devices it has."""
    path, mark = f"/donations/{donation}", Mark("lot of donation", donation)
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    scheduled = [event("pickup-scheduled", donation)]
    await api.do("schedule", f"{path}/pickup", {"on": day, "word": "Convenu."}, scheduled)
    devices = (await given.get(f"{path}/devices", limit=100))["items"]
    missing = [one for one in devices[1:] if hand.happens(hand.load.left_behind)]
    body = {"not_found": [one["label"] for one in missing]}
    collected = await api.do("collect", f"{path}/collect", body, [mark])
    lots = [(collected["lots"][0], collected["devices"])]
    if missing and hand.happens(hand.load.turned_up):
        for one in missing:
            await given.do("find", f"/devices/{one['id']}/found")
            if hand.happens(0.3):  # it was another one; and then it is there after all
                await given.do("not find", f"/devices/{one['id']}/found", method="DELETE")
                await given.do("find", f"/devices/{one['id']}/found")
        found = await api.do("collect found", f"{path}/collect-found", None, [mark])
        lots.append((found["lots"][0], found["devices"]))
    return lots


async def _send_off(hand: Hand, api: Person, lot: str, category: str, devices: int) -> list[str]:
    """To the workshop that is suggested, or a part of it to another one as well; returns the lots."""
    able = [one["workshop_id"] for one in await api.get(f"/lots/{lot}/suggestions") if not one["untreated"]]
    if devices > 1 and len(able) > 1 and hand.happens(hand.load.split):
        shares = zip(able, (devices - 1, 1), strict=False)
        parts = [{"workshop_id": workshop_id, "devices": {category: count}} for workshop_id, count in shares]
        body = {"parts": parts, "override_reason": "Un camion pour deux."}
        sent = await api.do("split", f"/lots/{lot}/split", body, seen=_dispatched)
        return [one["id"] for one in sent]
    body = {"workshop_id": able[0]}
    await api.do("dispatch", f"/lots/{lot}/dispatch", body, [event("lot-dispatched", lot)])
    return [lot]


def _dispatched(lots: list[dict[str, Any]]) -> list[Mark]:
    return [event("lot-dispatched", lot["id"]) for lot in lots]
