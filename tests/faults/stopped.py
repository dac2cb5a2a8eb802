"""The promise about devices in which an audit saw a disk that nobody wiped: whoever could be given one is not."""

from collections.abc import Iterator

from tests.faults.evidence import Evidence

_GIVEN = {"device-handed-over": "handed over", "device-lent": "lent"}
_FREE = {"available", "reserved", "held"}
_OUTSIDE = {"shipped", "delivered", "lent", "handed_over"}


def stopped_is_given_to_nobody(found: Evidence) -> Iterator[str]:
    """From the word of its workshop until that has it again; and a disk that was seen is wiped, or its device stopped.

    What was given before the word is recalled from whoever has it.
    """
    since: dict[str, list[int]] = {}
    for row in found.rows["distribute"]["stopped"]:
        since.setdefault(str(row["device_id"]), []).append(row["since"])
    open_: dict[str, bool] = {}
    for event in found.sent["distribute"]:
        if event.seq in since.get(event.key, ()):
            open_[event.key] = True
        elif event.type == "device-returned":
            open_[event.key] = False
        elif event.type in _GIVEN and open_.get(event.key):
            yield f"device {event.key} was {_GIVEN[event.type]} (event {event.seq}) after it was stopped"
    called_back = {row["device_id"] for row in found.rows["distribute"]["stopped"] if not row["is_over"]}
    items = {row["device_id"]: row["status"] for row in found.rows["distribute"]["items"]}
    for disk in found.rows["refurbish"]["seen"]:
        status = items.get(disk["device_id"])
        if status in _FREE or (status in _OUTSIDE and disk["device_id"] not in called_back):
            yield f"device {disk['label']} is {status}, and its disk {disk['serial']} was seen and never wiped"
