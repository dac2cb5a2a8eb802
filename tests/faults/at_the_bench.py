"""The promises about what is at a workshop beside devices: disks that are gone, parts, waste."""

from collections.abc import Iterator

from tests.faults.evidence import Evidence


def media_go_by_two(found: Evidence) -> Iterator[str]:
    """A medium that is gone was seen gone by a second person."""
    for row in found.rows["refurbish"]["gone"]:
        if not row["confirmed"] or row["answered_by"] == row["asked_by"]:
            yield f"medium {row['serial']} is gone and nobody but {row['asked_by']} has seen it"


def parts_add_up(found: Evidence) -> Iterator[str]:
    """Pieces that repairs took are those that left the stock."""
    for row in found.rows["refurbish"]["parts"]:
        if row["used"] != row["taken"] or row["used"] + row["lost"] > row["quantity"]:
            yield f"part {row['fits']}: {row['used']} of {row['quantity']} used, repairs took {row['taken']}"


def waste_stays_away(found: Evidence) -> Iterator[str]:
    """What left as waste is withdrawn; what is merged into another device too."""
    devices = {row["id"]: row for row in found.rows["refurbish"]["devices"]}
    for row in found.rows["refurbish"]["waste"]:
        device = devices[row["device_id"]]
        if device["stage"] != "withdrawn":
            yield f"device {device['label']} left as waste and is {device['stage']}"
    for device in devices.values():
        if device["merged_into"] is not None and device["stage"] != "withdrawn":
            yield f"device {device['label']} is another one's double and is {device['stage']}"


def surplus_is_known(found: Evidence) -> Iterator[str]:
    """What a workshop received beside its lots is known to collect as that, and nothing else is."""
    there = {row["id"]: row for row in found.rows["collect"]["devices"]}
    for row in found.rows["refurbish"]["devices"]:
        if row["id"] in there and row["is_surplus"] != bool(there[row["id"]]["is_surplus"]):
            yield f"device {row['label']} is surplus in one of refurbish and collect, and in the other it is not"


def weeks_are_known(found: Evidence) -> Iterator[str]:
    """Collect reckons with just the days of which the workshops said that they are otherwise."""
    said, heard = (
        {(row["workshop_id"], row["first_day"], row["last_day"]) for row in found.rows[service]["weeks"]}
        for service in ("refurbish", "collect")
    )
    for workshop, first, last in sorted(said ^ heard, key=str):
        yield f"workshop {workshop} is otherwise from {first} to {last} for one of refurbish and collect alone"
