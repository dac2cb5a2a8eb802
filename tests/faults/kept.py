"""What collect keeps for its donors: lots that part, donations that are given up, files, documents, letters."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.evidence import Evidence
from tests.faults.pages import sent_hash

_NEVER_ACCEPTED = ("draft", "submitted", "declined", "withdrawn")


def lots_are_whole(found: Evidence) -> Iterator[str]:
    """A lot says how many devices it has, all of one donation; its workshop knows the same ones; parts add up."""
    collect, refurbish = found.rows["collect"], found.rows["refurbish"]
    held = Counter(row["lot_id"] for row in collect["devices"] if row["lot_id"] and not row.get("is_surplus"))
    lots = {row["id"]: row for row in collect["lots"]}
    for id_, lot in lots.items():
        if held[id_] != lot["devices"]:
            yield f"lot {lot['code']} says {lot['devices']} devices and holds {held[id_]}"
        if lot["split_from"] is not None and lots[lot["split_from"]]["donation_id"] != lot["donation_id"]:
            yield f"lot {lot['code']} was taken out of a lot of another donation"
    for device in collect["devices"]:
        lot = lots.get(device["lot_id"])
        if lot is not None and lot["donation_id"] != device["donation_id"]:
            yield f"device {device['label']} is in a lot of another donation"
        if lot is None and device["custody"] in ("collected", "in_transit"):
            yield f"device {device['label']} is {device['custody']} in no lot"
    at_workshop = {row["id"]: row for row in refurbish["devices"]}
    known = {row["id"]: row for row in refurbish["lots"]}
    for device in collect["devices"]:
        there = at_workshop.get(device["id"])
        if there is not None and there["lot_id"] != device["lot_id"]:
            yield f"device {device['label']} is in another lot at its workshop"
    for id_, lot in lots.items():
        if lot["status"] == "sealed":
            continue
        other = known.get(id_)
        if other is None or other["expected"] != lot["devices"] or other["workshop_id"] != lot["workshop_id"]:
            yield f"lot {lot['code']} left, and its workshop does not expect it as it is"


def given_up_goes_nowhere(found: Evidence) -> Iterator[str]:
    """A withdrawn donation has no device; those of a cancelled one are cancelled, in no lot and at no workshop."""
    donations = {row["id"]: row for row in found.rows["collect"]["donations"]}
    at_workshop = {row["id"] for row in found.rows["refurbish"]["devices"]}
    for device in found.rows["collect"]["devices"]:
        status = donations[device["donation_id"]]["status"]
        if status == "withdrawn":
            yield f"device {device['label']} is of a withdrawn donation"
        if (status == "cancelled") != (device["custody"] == "cancelled"):
            yield f"device {device['label']} is {device['custody']}, its donation {status}"
        if status == "cancelled" and (device["lot_id"] is not None or device["id"] in at_workshop):
            yield f"device {device['label']} was given up and went on"


def files_are_whole(found: Evidence) -> Iterator[str]:
    """Each named file lies in the store, byte for byte as it was sent."""
    for row in found.rows["collect"]["attachments"]:
        lies = found.files.get(row["file_hash"])
        if lies is None:
            yield f"file {row['name']} is not in the store"
        elif lies != row["file_hash"] or lies != sent_hash(row["name"]):
            yield f"file {row['name']} has other bytes than those that were sent"


def documents_are_whole(found: Evidence) -> Iterator[str]:
    """Numbers of a kind and year are 1, 2, 3 …; bytes are those of the hash; one thing is said once; none is stuck."""
    rows = found.rows["collect"]
    numbers: dict[tuple[str, int], list[int]] = defaultdict(list)
    for one in rows["documents"]:
        numbers[one["kind"], one["year"]].append(one["sequence"])
        if one["bytes_sha256"] != one["sha256"]:
            yield f"document {one['number']} has not the bytes of its hash"
    for (kind, year), given in numbers.items():
        if sorted(given) != list(range(1, len(given) + 1)):
            yield f"documents {kind} of {year} are numbered {sorted(given)[:20]} …"
    counted = {(row["kind"], row["year"]): row["last"] for row in rows["counters"]}
    for which in numbers.keys() | counted.keys():
        there = len(numbers.get(which, ()))
        if counted.get(which, 0) != there:
            yield f"documents {which[0]} of {which[1]}: {counted.get(which, 0)} counted, {there} there"
    said = Counter((one["subject"], one["content_sha256"]) for one in rows["documents"])
    for (subject, _), count in said.items():
        if count > 1:
            yield f"document {subject} says the same {count} times"
    subjects = {one["subject"] for one in rows["documents"]}
    for job in rows["document_jobs"]:
        if job["state"] in ("waiting", "working"):
            yield f"document {job['key']} is still {job['state']}"
        elif job["state"] == "done" and job["key"] not in subjects:
            yield f"document {job['key']} is said to be done and is not there"
    asked = {job["key"] for job in rows["document_jobs"]}
    for operation in found.operations:
        if operation.name == "draw" and operation.outcome == "ok":
            subject = f"slip:donation:{operation.path.split('/')[2]}"
            if subject not in asked:
                yield f"document {subject} was promised and nobody draws it"


def letters_are_sent_once(found: Evidence) -> Iterator[str]:
    """Each donor's contact got one letter for each donation that was accepted; every letter has left, and is there."""
    rows = found.rows["collect"]
    accepted = Counter(row["donor_id"] for row in rows["donations"] if row["status"] not in _NEVER_ACCEPTED)
    wanted: Counter[str] = Counter()
    for contact in rows["contacts"]:
        wanted[contact["address"]] += accepted[contact["donor_id"]]
    written = Counter(one["address"] for one in rows["letters"] if one["kind"] == "donation-accepted")
    for address, count in wanted.items():
        if written[address] != count:
            yield f"a donor's contact has {written[address]} letters of {count} accepted donations"
    for letter in rows["letters"]:
        if letter["state"] != "sent":
            yield f"letter {letter['id']} ({letter['kind']}) is {letter['state']}: {letter['failure']}"
        elif str(letter["id"]) not in found.mails:
            yield f"letter {letter['id']} ({letter['kind']}) is said to be sent and is not there"
