"""What a filled-in form of a repair leaves open, all of it at once: beside each field, before anything is tried."""

from collections.abc import Mapping

from filiere.web import DomainError

from refurbish.devices.boards import always_soldered, perhaps_soldered
from refurbish.devices.device import Device
from refurbish.parts.kinds import PartKind
from refurbish.repairs.errors import (
    BarrierNeeded,
    DiskUnnamed,
    MinutesUnsaid,
    NewBoardUnsaid,
    NoBarrierWhenFixed,
    OldBoardUnsaid,
    WhichBoard,
    WhoseMemory,
)
from refurbish.repairs.kinds import Outcome


def unsaid(values: Mapping[str, object], device: Device, part: PartKind | None) -> dict[str, str]:
    """Sentences by field, of texts as they were typed; `part`: what was chosen of the stock."""
    found: list[DomainError] = []
    given = {name for name, value in values.items() if value}
    if not given & {"minutes", "exactly"}:
        found.append(MinutesUnsaid())
    if values.get("outcome") == Outcome.FIXED.value and "barrier" in given:
        found.append(NoBarrierWhenFixed())
    if values.get("outcome") in (Outcome.REPAIRABLE.value, Outcome.END_OF_LIFE.value) and "barrier" not in given:
        found.append(BarrierNeeded())
    if part is not None and part.is_disk and "disk_serial" not in given:
        found.append(DiskUnnamed())
    if "board" in given or part is PartKind.BOARD:
        if always_soldered(device) and "old_board" not in given:
            found.append(OldBoardUnsaid())
        if perhaps_soldered(device) and "soldered" not in given:
            found.append(NewBoardUnsaid())
    else:
        if "old_board" in given:
            found.append(WhichBoard())
        if values.get("soldered") == "true" or "memory_serial" in given:
            found.append(WhoseMemory())
    return {one.field: one.message_fr for error in found for one in error.errors}
