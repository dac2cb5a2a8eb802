"""What goes wrong at a bench and is put right: a disk too many, a broken part, a machine declared twice, waste; what
nobody announced, and weeks that are otherwise.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from filiere.identifiers import label_code

from tests.faults.hand import event, events
from tests.faults.history import Mark
from tests.faults.people import new_id

if TYPE_CHECKING:
    from tests.faults.bench import Bench

Device = dict[str, Any]
# Far from those that collect gives, from the first on, and those of the workshops, from the last one down.
_NOBODYS_LABELS = (10_000_000, 30_000_000)
_ASKED = ("misread", "to_destroy", "kept")


async def take_away(bench: "Bench", device: Device, serial: str) -> None:
    """A disk that is not in the device: one says so, another confirms it. Now and then the first was wrong."""
    path, hand = f"/devices/{device['id']}/media-exits", bench.hand
    body = {"medium_serial": serial, "reason": hand.chance.choice(_ASKED)}
    asked = await bench.api.do("take out", path, body, [Mark("exit", serial)])
    if hand.happens(0.3):
        await bench.api.do("take back", f"/media-exits/{asked['id']}/take-back")
        asked = await bench.api.do("take out", path, body, [Mark("exit", serial)])
    await bench.colleague.do("see it gone", f"/media-exits/{asked['id']}", {"confirmed": True}, [Mark("gone", serial)])


async def repair(bench: "Bench", device: Device) -> None:
    """With a part that was bought for it; now and then noted by mistake first."""
    op, path = new_id(), f"/devices/{device['id']}/repairs"
    new = {"kind": "battery", "fits": f"op {op}", "quantity": 2, "unit_cents": 1250}
    part = await bench.api.do("buy a part", "/parts", new, [Mark("part", op)], id_=op)
    body = {"kind": "replaced", "outcome": "fixed", "minutes": 25, "part_id": part["id"]}
    if bench.hand.happens(0.3):
        slip = await bench.api.do("note a repair by mistake", path, {**body, "pieces": 2})
        await bench.api.do("take a repair back", f"{path}/{slip['id']}", method="DELETE")
    op = new_id()
    await bench.api.do("repair", path, {**body, "remark": f"op {op}"}, [Mark("repair", op)], id_=op)


async def merge(bench: "Bench", devices: list[Device]) -> list[Device]:
    """Two rows are one machine – or it was a mistake, and they are two again; returns those to work on."""
    kept, other, *rest = devices
    withdrawn = [event("device-withdrawn", other["id"])]
    # Of a lot of several kinds they may contradict each other: then somebody has to say why they are one.
    said = {"other": other["label"], "despite": "declared"}
    await bench.api.do("merge", f"/devices/{kept['id']}/merge", said, withdrawn)
    if not bench.hand.happens(0.5):
        return [kept, *rest]
    reopened = [event("device-reopened", other["id"])]
    await bench.api.do("part again", f"/devices/{other['id']}/reopen", None, reopened)
    return devices


async def surplus(bench: "Bench", lot_id: str) -> Device:
    """Something lies on the table that no lot lists: a thing with a serial, or with a label of another network."""
    hand, op = bench.hand, new_id()
    is_foreign = hand.happens(0.4)
    text = label_code(hand.chance.randrange(*_NOBODYS_LABELS)) if is_foreign else f"SP{op[:10].upper()}7"
    await bench.api.do("scan a stranger", f"/lots/{lot_id}/arrive", {"labels": [text]}, [Mark("stranger", text)])
    [entry] = [one["id"] for one in await bench.api.get("/mismatches") if one["label"] == text]

    def received(answer: Device) -> list[Mark]:
        return [event("device-surplus", answer["id"]), event("device-arrived", answer["id"])]

    body = {"category": hand.chance.choice(("laptop", "desktop")), "relabel": is_foreign}
    path, marks = f"/mismatches/{entry}/receive", [Mark("surplus", text)]
    made: Device = await bench.api.do("receive surplus", path, body, marks, seen=received)
    return made


async def another_week(bench: "Bench", workshop_id: str) -> None:
    """A day to come on which the workshop is closed, or takes less; now and then it is as usual after all."""
    hand = bench.hand
    day = datetime.now(UTC).date() + timedelta(days=hand.chance.randrange(30, 20_000))
    said = {"is_closed": True} if hand.happens(0.5) else {"capacity": {"laptop": hand.chance.randrange(20)}}
    body = {"first_day": day.isoformat(), "last_day": day.isoformat(), **said}
    path, which = f"/workshops/{workshop_id}/periods", f"{workshop_id} {day.isoformat()}"
    period = await bench.api.do("say a week", path, body, [Mark("week", which)])
    if hand.happens(0.7):  # a workshop has sixty of them at most
        await bench.api.do(
            "take a week back", f"{path}/{period['id']}", None, [Mark("week back", which)], method="DELETE"
        )


async def throw_away(bench: "Bench", devices: list[Device]) -> None:
    """Withdrawn devices leave as waste – by mistake, now and then: they are put back."""
    op = new_id()
    body = {
        "left_on": bench.today,
        "code": "20 01 36",
        "weight_kg": 1.5 * len(devices),
        "slip": f"op {op}",
        "carrier": "Transports du Forez",
        "recipient": "Recyclage du Centre",
        "devices": [one["id"] for one in devices],
    }
    marks = [Mark("waste", op), *events("device-recycled", devices)]
    gone = await bench.api.do("waste", "/waste-exits", body, marks, id_=op)
    if bench.hand.happens(0.3):
        marks = events("device-recycling-undone", devices)
        await bench.api.do("put back from waste", f"/waste-exits/{gone['id']}/undo", None, marks)
