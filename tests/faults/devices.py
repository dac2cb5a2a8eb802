"""The promises about devices: each in one place, promised once, wiped before ready, its steps in a possible order."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import inf
from typing import Any
from uuid import UUID

from tests.faults.evidence import Evidence

_WITH_STORAGE = {"laptop", "desktop", "smartphone", "tablet"}
_LEFT = {"shipped", "delivered", "lent", "handed_over", "returning", "lost"}


def conservation(found: Evidence) -> Iterator[str]:
    """Every accepted device is in exactly one place, and what the services believe of each other is true."""
    collect = {row["id"]: row for row in found.rows["collect"]["devices"]}
    refurbish = {row["id"]: row for row in found.rows["refurbish"]["devices"]}
    distribute = {row["device_id"]: row for row in found.rows["distribute"]["items"]}
    for id_ in refurbish.keys() - collect.keys():
        yield f"refurbish has device {id_}, which nobody gave"
    for id_ in distribute.keys() - refurbish.keys():
        yield f"distribute has device {id_}, which no workshop had"
    for id_, device in collect.items():
        yield from _believed(device, refurbish.get(id_), distribute.get(id_))
        places = _places(device, refurbish.get(id_), distribute.get(id_))
        if len(places) != 1:
            yield f"device {device['label']} is in {len(places)} places: {', '.join(places) or 'none'}"
        others = (refurbish.get(id_), distribute.get(id_))
        if any(other is not None and other["donation_id"] != device["donation_id"] for other in others):
            yield f"device {device['label']} has changed its donation"
    # What a workshop found in addition was accepted by nobody.
    accepted = Counter(row["donation_id"] for row in collect.values() if not row.get("is_surplus"))
    for donation in found.rows["collect"]["donations"]:
        answered = donation["status"] not in ("draft", "submitted", "declined", "withdrawn")
        if answered and accepted[donation["id"]] != donation["accepted"]:
            yield (
                f"donation {donation['reference']}: {donation['accepted']} accepted, {accepted[donation['id']]} there"
            )


def _places(device: Any, at_workshop: Any, in_stock: Any) -> list[str]:
    """Every place that a service says the device is in; a device that has passed on counts as gone from there."""
    places = []
    if device["custody"] in ("accepted", "collected", "missing", "cancelled"):
        places.append(f"collect: {device['custody']}")
    elif at_workshop is None or at_workshop["stage"] == "expected":
        places.append("in transit")
    if at_workshop is not None:
        stage = at_workshop["stage"]
        # Ready devices are counted by the stock, which holds them by name until they leave.
        if stage not in ("expected", "ready", "left"):
            places.append(f"refurbish: {stage}")
        believed_left = stage == "left"
    else:
        believed_left = False
    if in_stock is not None and in_stock["status"] != "withdrawn":
        places.append(f"distribute: {in_stock['status']}")
        if (in_stock["status"] in _LEFT) != believed_left:
            places.append(f"refurbish believes: {at_workshop['stage'] if at_workshop is not None else 'never seen'}")
    return places


# What collect shows of a device that distribute holds; a road back shows as a road.
_SHOWN = {
    "available": "ready",
    "held": "ready",
    "to_check": "ready",
    "lent": "delivered",
    "returning": "shipped",
    "lost": "shipped",
}
_AT_WORK = {"arrived", "erased", "tested", "graded"}


def _believed(device: Any, at_workshop: Any, in_stock: Any) -> Iterator[str]:
    """What collect tells a donor of a device is what its holder says."""
    if in_stock is not None and in_stock["status"] != "withdrawn":
        wanted = {_SHOWN.get(in_stock["status"], in_stock["status"])}
    elif at_workshop is None or at_workshop["stage"] == "expected":
        return
    else:
        stage = at_workshop["stage"]
        wanted = {stage} if stage in ("missing", "withdrawn") else _AT_WORK | {"ready"}
    if device["stage"] not in wanted:
        yield f"collect believes: {device['stage']} of device {device['label']}, which is {' or '.join(sorted(wanted))}"


def no_double_promise(found: Evidence) -> Iterator[str]:
    """One open reservation per device, never two at any moment of its story, and lines that count what they have."""
    open_ = [row for row in found.rows["distribute"]["reservations"] if row["released_at"] is None]
    for device_id, count in Counter(row["device_id"] for row in open_).items():
        if count > 1:
            yield f"device {device_id} is promised {count} times"
    promised: set[str] = set()
    for row in found.sent["distribute"]:
        if row.type == "device-reserved":
            if row.key in promised:
                yield f"device {row.key} was promised again (event {row.seq}) while its promise still stood"
            promised.add(row.key)
        elif row.type == "device-released":
            if row.key not in promised:
                yield f"device {row.key} was released (event {row.seq}) without a promise"
            promised.discard(row.key)
    items = {row["device_id"]: row for row in found.rows["distribute"]["items"]}
    by_device = {row["device_id"]: row for row in open_}
    for device_id, item in items.items():
        reservation = by_device.get(device_id)
        if (item["line_id"] if item is not None else None) != (reservation["line_id"] if reservation else None):
            yield f"device {item['label']} ({item['status']}) and its reservation do not agree"
    held = Counter(row["line_id"] for row in open_)
    for line in found.rows["distribute"]["lines"]:
        if line["allocated"] != held[line["id"]]:
            yield f"order line {line['id']} counts {line['allocated']} promised devices and has {held[line['id']]}"


def wipe_gate(found: Evidence) -> Iterator[str]:
    """No device with storage is ready unless every medium has a successful, matching, verified erasure."""
    rows = found.rows["refurbish"]
    media: dict[UUID, list[Any]] = defaultdict(list)
    for medium in rows["media"]:
        media[medium["device_id"]].append(medium)
    # The last cycle of its device in which it was wiped; what was destroyed is so for ever.
    proofs: dict[tuple[UUID, str], float] = {}
    for one in rows["erasures"]:
        if one["result"] == "success" and one["verified"]:
            key, cycle = (one["medium_id"], one["medium_serial"]), inf if one["level"] == "destroy" else one["cycle"]
            proofs[key] = max(cycle, proofs.get(key, 0))
    # Told anew in a later cycle, the first time counts.
    erased = {row.key: row.seq for row in reversed(found.sent["refurbish"]) if row.type == "device-erased"}
    for row in found.sent["refurbish"]:
        if row.type == "device-ready" and erased.get(row.key, row.seq) >= row.seq:
            yield f"device {row.key} became ready (event {row.seq}) before it was erased"
    for device in rows["devices"]:
        if device["stage"] not in ("ready", "left") or device["category"] not in _WITH_STORAGE:
            continue
        if not media[device["id"]] and not device["no_storage"]:
            yield f"device {device['label']} is ready and nobody said a word about its storage"
        # What somebody has had is wiped again in the next cycle, before anybody else has it. Who has had it since it
        # left got it wiped in a cycle before: not always the last, for what is recalled from stock keeps its proof.
        since = device["wipe_from"] if device["wipe_from"] <= device["cycle"] else 1
        for medium in media[device["id"]]:
            if proofs.get((medium["id"], medium["serial"]), 0) < since:
                yield f"device {device['label']} is ready, its medium {medium['serial']} is not proven wiped"


# What may follow what, in the words of the events; the first of a device stands under "".
_AFTER: dict[str, dict[str, set[str]]] = {
    "refurbish.devices": {
        "": {"device-arrived", "device-surplus"},
        "device-surplus": {"device-arrived"},
        # What holds no data and fails its first sheet is told to be wiped once it passes.
        "device-arrived": {"device-erased", "device-tested", "device-withdrawn", "device-arrival-undone"},
        "device-arrival-undone": {"device-arrived"},
        "device-erased": {"device-tested", "device-withdrawn"},
        "device-tested": {"device-graded", "device-withdrawn", "device-tested", "device-erased"},
        "device-ungraded": {"device-graded", "device-tested", "device-withdrawn"},
        # Its sheet is filled in again.
        "device-graded": {"device-ready", "device-withdrawn", "device-graded", "device-ungraded", "device-tested"},
        # Ready again when a new rule set has changed its grade.
        "device-ready": {"device-withdrawn", "device-recalled", "device-recall-asked", "device-graded"},
        # Asked and not given back it has left; found there after all it is ready anew, or asked for once more.
        "device-recall-asked": {"device-recalled", "device-ready", "device-recall-asked"},
        "device-recalled": {"device-erased", "device-tested", "device-withdrawn"},
        "device-withdrawn": {"device-reopened"},
        "device-reopened": {"device-erased", "device-tested", "device-withdrawn"},
    },
    "distribute.devices": {
        "": {"device-reserved"},
        "device-reserved": {"device-released", "device-shipped"},
        # Released after it had left, it is lost, on its way back, or at its workshop after all.
        "device-released": {"device-reserved", "device-lost", "device-found", "device-reported", "device-brought-back"},
        "device-shipped": {"device-delivered", "device-released"},
        "device-delivered": {"device-handed-over", "device-released", "device-reported", "device-lent"},
        # Released while it was lent, it is lost.
        "device-lent": {"device-loan-ended", "device-released"},
        "device-loan-ended": {"device-handed-over", "device-released", "device-reported", "device-lent"},
        # Reported and kept, it stays where it was.
        "device-reported": {
            *("device-returned", "device-handed-over", "device-released", "device-reported", "device-lent"),
        },
        "device-lost": {"device-found", "device-returned"},
        "device-found": {"device-returned"},
        "device-returned": {"device-reserved"},
        # Released and brought back, it is on its way to its workshop.
        "device-brought-back": {"device-returned"},
        "device-handed-over": {"device-handover-undone", "device-released"},
        "device-handover-undone": {"device-handed-over", "device-released", "device-reported", "device-lent"},
    },
}


# These say more of a device, wherever it is at work.
_BESIDE = {
    "device-corrected",
    "device-remarked",
    "device-recall-answered",
    "device-recycled",
    "device-recycling-undone",
}


def every_question_is_answered(found: Evidence) -> Iterator[str]:
    """Each device that a workshop asks back is given back, or not, once."""
    asked = Counter(row.key for row in found.sent["refurbish"] if row.type == "device-recall-asked")
    answered = Counter(row.key for row in found.sent["distribute"] if row.type == "device-recall-answered")
    for key in asked.keys() | answered.keys():
        if asked[key] != answered[key]:
            yield f"device {key} was asked back {asked[key]} times and answered {answered[key]} times"
    for device in found.rows["refurbish"]["devices"]:
        if device["recall_asked_at"] is not None:
            yield f"device {device['label']} was asked back and still waits for the answer"


def steps_in_order(found: Evidence) -> Iterator[str]:
    """A device's events, in the order of the outbox, are a life that can be lived: no step twice, none left out."""
    for service in ("refurbish", "distribute"):
        last: dict[tuple[str, str], str] = defaultdict(str)
        for row in found.sent[service]:
            after = _AFTER.get(row.topic)
            if after is None or row.type in _BESIDE:
                continue
            before = last[row.topic, row.key]
            if row.type not in after[before]:
                yield f"device {row.key}: {row.type} (event {row.seq}) after {before or 'nothing'}"
            last[row.topic, row.key] = row.type
