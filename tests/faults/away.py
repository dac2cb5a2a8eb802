"""The promise about devices that are neither in stock nor with somebody: each has its loan, incident or case."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from tests.faults.evidence import Evidence


def what_is_away_is_known(found: Evidence) -> Iterator[str]:
    """Lent: one loan is open. Lost or coming back: said since its workshop had it last.

    A case is of a sale that came back, once.
    """
    rows = found.rows["distribute"]
    lent = Counter(row["device_id"] for row in rows["loan items"] if row["settled_at"] is None)
    places = {row["id"] for row in rows["loans"] if row["kind"] == "place"}
    back = {UUID(row["device_id"]): row["at"] for row in rows["returned"]}

    def since(moments: Iterator[tuple[UUID, datetime]]) -> set[UUID]:
        """Devices of which that was said after their workshop had them last: what ended with that excuses no more."""
        return {device for device, at in moments if device not in back or at > back[device]}

    lost = since((row["device_id"], row["said_at"]) for row in rows["incidents"] if row["outcome"] == "lost")
    lost |= since((row["device_id"], row["settled_at"]) for row in rows["loan items"] if row["outcome"] == "lost")
    said = since((row["device_id"], row["said_at"]) for row in rows["incidents"])
    said |= since((row["device_id"], row["opened_at"]) for row in rows["cases"])
    said |= since((row["device_id"], row["started_at"]) for row in rows["stopped"] if not row["is_over"])
    # What was used at a place goes back to be wiped.
    said |= since(
        (row["device_id"], row["settled_at"])
        for row in rows["loan items"]
        if row["outcome"] == "found" or (row["outcome"] == "returned" and row["loan_id"] in places)
    )
    missed = {row["device_id"] for row in rows["incidents"] if row["settled_at"] is None}
    for item in rows["items"]:
        device, status = item["device_id"], item["status"]
        if lent[device] != (status == "lent"):
            yield f"device {item['label']} is {status} and {lent[device]} loans of it are open"
        if status == "lost" and device not in lost:
            yield f"device {item['label']} is lost and nobody has said so"
        if status == "returning" and device not in said:
            yield f"device {item['label']} is coming back and nobody has said why"
        if device in missed and status != "shipped":
            yield f"device {item['label']} is {status} and still said to be missing"
    still_out = {row["loan_id"] for row in rows["loan items"] if row["settled_at"] is None}
    for loan in rows["loans"]:
        if (loan["settled_at"] is None) != (loan["id"] in still_out):
            yield f"loan {loan['id']} and its devices do not agree"
    returned = {row["id"] for row in rows["handovers"] if row["returned_at"] is not None}
    cases = {row["handover_id"]: row for row in rows["cases"]}
    for id_ in returned - cases.keys():
        yield f"handover {id_} came back without a case"
    there = {row["id"] for row in rows["handovers"]}
    # What was paid back in whole is in the till's journal alone.
    repaid = {case["refunded_id"] for case in cases.values() if case["outcome"] == "refunded"}
    repaid -= {case["refunded_id"] for case in cases.values() if case["is_refunded_in_part"]}
    for id_, case in cases.items():
        if (id_ in repaid) == (id_ in there) or (id_ in there) != (id_ in returned):
            yield f"case {case['id']} ended as {case['outcome']}, and its sale does not"
        if case["replacement_handover_id"] is not None and case["replacement_handover_id"] not in there:
            yield f"case {case['id']} was ended by a handover that is not there"
