"""The promises about money: each till's journal is whole, says what was handed over, and its closings add it up.

Read from the rows, with a spelling of the fingerprint of our own: two witnesses.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from tests.faults.evidence import Evidence

_OUT = ("sale", "gift")
_NOTHING_BEFORE = "0" * 64


def _tills(found: Evidence) -> dict[Any, list[Any]]:
    """Entries by Relais, in their order."""
    tills: dict[Any, list[Any]] = defaultdict(list)
    for row in found.rows["distribute"]["till"]:
        tills[row["relais_id"]].append(row)
    return tills


def _amount(entry: Any) -> int:
    return int(entry["person_cents"] + entry["structure_cents"])


def till_is_whole(found: Evidence) -> Iterator[str]:
    """Numbered 1, 2, 3 …, each with the fingerprint of its content and of the entry before, and the total so far."""
    for relais, entries in _tills(found).items():
        total, before, day = 0, _NOTHING_BEFORE, None
        for number, entry in enumerate(entries, 1):
            where = f"entry {entry['sequence']} of till {relais}"
            total += _amount(entry)
            if entry["sequence"] != number:
                yield f"{where} stands in place {number}"
            if entry["previous"] != before:
                yield f"{where} does not follow the entry before"
            if entry["hash"] != _fingerprint(entry):
                yield f"{where} has not the fingerprint of its content"
            if entry["total_cents"] != total:
                yield f"{where} says {entry['total_cents']} cents in all, its entries make {total}"
            if day is not None and entry["day"] < day:
                yield f"{where} is of an earlier day than the entry before"
            before, day = entry["hash"], entry["day"]


def _fingerprint(entry: Any) -> str:
    """As docs/till.md tells an auditor to compute it."""
    names = ("kind", "by", "receipt", "label", "category", "tier", "person_cents", "person_means", "structure_cents")
    more = ("structure_means", "undoes", "reason", "total_cents", "previous", "sequence")
    content = {name: entry[name] for name in (*names, *more)} | {
        "version": 1,
        "relais": str(entry["relais_id"]),
        "day": entry["day"].isoformat(),
        "at": entry["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "handover": str(entry["handover_id"]) if entry["handover_id"] else None,
        "device": str(entry["device_id"]) if entry["device_id"] else None,
        "details": json.loads(entry["said"]),
    }
    spelled = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(spelled.encode()).hexdigest()


def till_is_what_was_handed_over(found: Evidence) -> Iterator[str]:
    """What is out is entered once and no more; what was taken back stands against its own entry, cent for cent."""
    handovers = {row["id"]: row for row in found.rows["distribute"]["handovers"]}
    standing: dict[Any, Any] = {}
    paid_back: dict[Any, int] = {}
    out: Counter[Any] = Counter()
    for relais, entries in _tills(found).items():
        by_number = {entry["sequence"]: entry for entry in entries}
        undone = Counter(entry["undoes"] for entry in entries if entry["kind"] == "undo")
        in_part = {e["undoes"]: e for e in entries if e["kind"] == "undo" and "part_of" in json.loads(e["said"])}
        paid_back |= {by_number[n]["handover_id"]: -_amount(e) for n, e in in_part.items() if n in by_number}
        for number, count in undone.items():
            if count > 1 or number not in by_number or by_number[number]["kind"] not in _OUT:
                yield f"till {relais}: entry {number} is taken back {count} times"
        for entry in entries:
            if entry["kind"] == "undo" and entry["undoes"] in by_number:
                first = by_number[entry["undoes"]]
                parts = ("person_cents", "structure_cents")
                is_whole = all(entry[part] == -first[part] for part in parts)
                is_part = entry["undoes"] in in_part and all(0 <= -entry[part] <= first[part] for part in parts)
                if not (is_whole or is_part) or entry["handover_id"] != first["handover_id"]:
                    yield f"till {relais}: entry {entry['sequence']} is not the opposite of {entry['undoes']}"
            if "topup" in json.loads(entry["said"]):
                continue  # of no device
            if entry["kind"] in _OUT and (not undone[entry["sequence"]] or entry["sequence"] in in_part):
                standing[entry["handover_id"]] = entry
                out[entry["device_id"]] += (
                    handovers.get(entry["handover_id"], {"returned_at": None})["returned_at"] is None
                )
    for id_ in standing.keys() - handovers.keys():
        yield f"entry {standing[id_]['sequence']} of till {standing[id_]['relais_id']} is of no handover that is there"
    for id_, handover in handovers.items():
        entry = standing.get(id_)
        if entry is None or entry["sequence"] != handover["sequence"]:
            yield f"handover {id_} has no entry that stands"
        elif (
            _amount(entry) - paid_back.get(id_, 0) != handover["amount_cents"]
            or entry["device_id"] != handover["device_id"]
        ):
            yield f"handover {id_} of {handover['amount_cents']} cents is entered as {_amount(entry)}"
    items = {row["device_id"]: row["status"] for row in found.rows["distribute"]["items"]}
    for device in items.keys() | out.keys():
        if out[device] != (items.get(device) == "handed_over"):
            yield f"device {device} is {items.get(device)}, and the tills say that it is out {out[device]} times"
    yield from _top_ups(found)


def _top_ups(found: Evidence) -> Iterator[str]:
    """Each code that left is entered once, and taken back once by its opposite when its sale is; a slip is used by a
    sale that is there.
    """
    sales = {str(row["id"]): row for row in found.rows["distribute"]["topups"]}
    entries: dict[str, list[Any]] = defaultdict(list)
    for entry in found.rows["distribute"]["till"]:
        said = json.loads(entry["said"])
        if "topup" in said:
            entries[said["topup"]].append(entry)
    for id_ in entries.keys() - sales.keys():
        yield f"top-up {id_} is entered, and no sale of it is there"
    for id_, sale in sales.items():
        out = [one for one in entries[id_] if one["kind"] in _OUT]
        back = [one for one in entries[id_] if one["kind"] == "undo"]
        kept = (sale["relais_id"], sale["sequence"], sale["code_id"], sale["amount_cents"])
        if [(one["relais_id"], one["sequence"], one["device_id"], _amount(one)) for one in out] != [kept]:
            yield f"top-up {id_} of {sale['amount_cents']} cents is entered as {[_amount(one) for one in out]}"
        if [one["undoes"] for one in back] != [sale["sequence"]] * (sale["undone_at"] is not None):
            yield f"top-up {id_} is taken back {len(back)} times"
    codes = Counter(row["code_id"] for row in sales.values() if row["undone_at"] is None)
    for code, times in codes.items():
        if times > 1:
            yield f"code {code} has left {times} times"
    sold = {id_ for id_, row in sales.items() if row["undone_at"] is None}
    sold |= {str(row["checkout_id"]) for row in found.rows["distribute"]["handovers"]}
    for slip in found.rows["distribute"]["slips"]:
        if str(slip["used_for"]) not in sold:
            yield f"slip {slip['id']} is used for no sale that stands"


def receipts_without_gap(found: Evidence) -> Iterator[str]:
    """Receipts of a Relais and year are numbered 1, 2, 3 … in the order of its till; what was taken back keeps its."""
    for relais, entries in _tills(found).items():
        last: Counter[str] = Counter()
        for entry in entries:
            if entry["kind"] in _OUT:
                year, _, number = entry["receipt"].partition("-")
                last[year] += 1
                if int(number) != last[year]:
                    yield f"receipt {entry['receipt']} of till {relais} stands where {last[year]} should"
    numbered = {(row["relais_id"], row["sequence"]): row["receipt"] for row in found.rows["distribute"]["till"]}
    for row in found.rows["distribute"]["handovers"]:
        receipt = f"{row['receipt_year']}-{row['receipt_number']:04d}"
        if numbered.get((row["relais_id"], row["sequence"])) != receipt:
            yield f"handover {row['id']} has another receipt than its entry"


def closings_say_what_they_cover(found: Evidence) -> Iterator[str]:
    """Each closing of a day covers the entries since the one before, to the cent and by means; the drawer adds up."""
    for relais, entries in _tills(found).items():
        covered, left = 0, 0
        for closing in entries:
            if closing["kind"] != "close_day":
                continue
            said, where = json.loads(closing["said"]), f"closing {closing['sequence']} of till {relais}"
            moves = [
                e for e in entries if covered < e["sequence"] <= said["through"] and not e["kind"].startswith("close")
            ]
            by_means: Counter[str] = Counter()
            for entry in moves:
                by_means[entry["person_means"] or ""] += entry["person_cents"]
                by_means[entry["structure_means"] or ""] += entry["structure_cents"]
            whole = sum(_amount(entry) for entry in moves)
            if said["amount_cents"] != whole:
                yield f"{where} says {said['amount_cents']} cents, what it covers makes {whole}"
            if said["by_means"] != {means: cents for means, cents in by_means.items() if cents}:
                yield f"{where} says {said['by_means']}, what it covers makes {dict(by_means)}"
            if not moves or said["through"] >= closing["sequence"]:
                yield f"{where} covers nothing, or itself"
            if (said["cash_before_cents"], said["cash_expected_cents"]) != (left, left + by_means["cash"]):
                yield f"{where} expects {said['cash_expected_cents']} cents of cash, not {left + by_means['cash']}"
            covered, left = said["through"], said["cash_left_cents"]
