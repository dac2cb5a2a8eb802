"""The promises about what Relais owe, about what is recalled and about price lists, read from the rows alone."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.faults.evidence import Evidence


def debts_add_up(found: Evidence) -> Iterator[str]:
    """Each sale owes its share, each minus entry credits it; what is on an invoice is on one; statements are sums."""
    rows = found.rows["distribute"]
    dues = {row["id"]: row for row in rows["dues"]}
    by_entry = {(row["relais_id"], row["sequence"]): row for row in rows["dues"] if row["sequence"] is not None}
    percent = {row["relais_id"]: row["percent"] for row in rows["terms"] if row["basis"] == "per_sale"}
    for entry in rows["till"]:
        cents = entry["person_cents"] + entry["structure_cents"]
        if entry["relais_id"] not in percent or not cents or entry["kind"] not in ("sale", "undo"):
            continue
        share = (abs(cents) * percent[entry["relais_id"]] + 50) // 100
        wanted = share if cents > 0 else -share
        if entry["kind"] == "undo":
            first = by_entry.get((entry["relais_id"], entry["undoes"]))
            owed = first["amount_cents"] if first else 0
            wanted = -min(owed, share) if "part_of" in json.loads(entry["said"]) else -owed
        due = by_entry.get((entry["relais_id"], entry["sequence"]))
        said = due["amount_cents"] if due else 0
        if said != wanted:
            yield f"entry {entry['sequence']} of till {entry['relais_id']} makes {said} cents due, not {wanted}"
    credited = Counter(row["reverses"] for row in dues.values() if row["reverses"] is not None)
    for id_, count in credited.items():
        if count > 1 or id_ not in dues:
            yield f"due {id_} is credited {count} times"
    yield from _invoices(rows, dues)
    yield from _left(rows)


def _invoices(rows: dict[str, list[Any]], dues: dict[Any, Any]) -> Iterator[str]:
    """Numbered without a gap; each says the sum of its lines."""
    sums: Counter[Any] = Counter()
    whose = {row["id"]: row["relais_id"] for row in rows["invoices"]}
    for line in rows["invoice lines"]:
        due = dues.get(line["due_id"])
        if due is None or whose.get(line["invoice_id"]) != due["relais_id"]:
            yield f"a line of invoice {line['invoice_id']} is of another Relais, or of nothing"
            continue
        sums[line["invoice_id"]] += due["amount_cents"]
    last: Counter[int] = Counter()
    for row in sorted(rows["invoices"], key=lambda one: (one["year"], one["serial"])):
        last[row["year"]] += 1
        if row["serial"] != last[row["year"]]:
            yield f"invoice {row['serial']} of {row['year']} stands where {last[row['year']]} should"
        if row["total_cents"] != sums[row["id"]]:
            yield f"invoice {row['serial']} says {row['total_cents']} cents, its lines make {sums[row['id']]}"


def _left(rows: dict[str, list[Any]]) -> Iterator[str]:
    """Nothing pays more than it is, nothing is paid more than it asks; what is kept as left is what is left."""
    left: dict[Any, int] = defaultdict(int)
    of: dict[Any, Any] = {}
    for row in rows["invoices"]:
        left[row["id"]] += abs(row["total_cents"])
        of[row["id"]] = row["relais_id"]
    for row in rows["payments"]:
        left[row["undoes"] or row["id"]] += row["amount_cents"]
        of[row["id"]] = row["relais_id"]
    for row in rows["settlements"]:
        left[row["invoice_id"]] -= row["amount_cents"]
        left[row["payment_id"] or row["credit_note_id"]] -= row["amount_cents"]
    kept = {row["id"]: row["left_cents"] for row in rows["left"]}
    for id_ in left.keys() | kept.keys():
        if left[id_] < 0:
            yield f"{id_} is used {-left[id_]} cents beyond what it is"
        if kept.get(id_, 0) != left[id_]:
            yield f"{id_} is kept as {kept.get(id_, 0)} cents left, {left[id_]} are"
    # The statement of a Relais: what is due less what was paid is what is on no invoice, and what is left of the rest.
    statement: Counter[Any] = Counter()
    on_invoice = {line["due_id"] for line in rows["invoice lines"]}
    for row in rows["dues"]:
        statement[row["relais_id"]] += row["amount_cents"] * (row["id"] in on_invoice)
    for row in rows["payments"]:
        statement[row["relais_id"]] -= row["amount_cents"]
    is_invoice = {row["id"] for row in rows["invoices"] if row["kind"] == "invoice"}
    said: Counter[Any] = Counter()
    for id_, cents in left.items():
        said[of.get(id_)] += cents if id_ in is_invoice else -cents
    for relais in statement.keys() | said.keys():
        if statement[relais] != said[relais]:
            yield f"the statement of {relais} makes {statement[relais]} cents, what is left says {said[relais]}"


def recalls_are_known(found: Evidence) -> Iterator[str]:
    """What is recalled is held while it is free, and nothing else is held; nobody is promised it meanwhile."""
    rows = found.rows["distribute"]
    recalled = {row["device_id"] for row in rows["recalled"]}
    for item in rows["items"]:
        is_recalled = item["device_id"] in recalled
        if item["status"] in ("available", "reserved", "to_check", "held") and is_recalled != (
            item["status"] == "held"
        ):
            yield f"device {item['label']} is {item['status']}, and {'' if is_recalled else 'not '}recalled"


def prices_are_told(found: Evidence) -> Iterator[str]:
    """Each list that was published is told once, each that was taken back too; no two begin on one day."""
    told = Counter((row.type, row.key) for row in found.sent["distribute"] if row.type.startswith("price-list-"))
    begins: Counter[Any] = Counter()
    for row in found.rows["distribute"]["price lists"]:
        begins[row["valid_from"]] += row["status"] == "published"
        for type_, wanted in (
            ("price-list-published", row["status"] != "draft"),
            ("price-list-withdrawn", row["status"] == "withdrawn"),
        ):
            count = told[type_, str(row["id"])]
            if row["is_ours"] and count != wanted:
                yield f"price list {row['id']} is {row['status']}, and {type_} is told {count} times"
    for day, count in begins.items():
        if count > 1:
            yield f"{count} price lists begin on {day}"
