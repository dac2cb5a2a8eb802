"""The thread of one device: five beads, the same as everybody sees them."""

from collections.abc import Sequence
from datetime import datetime

from filiere.web import gettext as _
from filiere.web.formats import moment
from filiere.web.progress import Bead, State

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, Storage
from refurbish.devices.stages import Stage
from refurbish.test_sheets.checklists import checklist

_REACHED = {
    Stage.EXPECTED: 0,
    Stage.MISSING: 0,
    Stage.ARRIVED: 1,
    Stage.ERASING: 1,
    Stage.ERASED: 2,
    Stage.TO_REPAIR: 2,
    Stage.TESTED: 3,
    Stage.GRADED: 4,
    Stage.READY: 5,
    Stage.LEFT: 5,
}


def device_thread(device: Device, media: Sequence[Medium] = ()) -> list[Bead]:
    """Beads of a device. A withdrawn one stops where it was given up; one without storage has nothing to wipe."""
    moments = (device.arrived_at, device.erased_at, device.tested_at, device.graded_at, device.ready_at)
    is_stopped = device.stage is Stage.WITHDRAWN
    reached = sum(at is not None for at in moments) if is_stopped else _REACHED.get(device.stage, 0)
    is_without = not media and STORAGE[device.category] is Storage.UNUSUAL
    if is_without and reached == 1 and not is_stopped:
        reached = 2
    words = (
        (_("Arriver"), _("Arrivé"), _("scanne l'étiquette")),
        (_("Effacer"), _("Rien à effacer") if is_without else _("Effacé"), ""),
        (_("Tester"), _("Testé"), _("{points} points").format(points=len(checklist(device.category)))),
        (_("Classer"), _("Classé"), ""),
        (_("Prêt"), _("Prêt"), ""),
    )
    beads = []
    for place, ((todo, done, hint), at) in enumerate(zip(words, moments, strict=True)):
        state: State = "done" if place < reached else "now" if place == reached else "todo"
        if is_stopped and place == reached:
            state, todo, hint = "stopped", _("Retiré"), ""
        # An « expected » device has no moment yet; a re-opened one keeps none of the moments it lost.
        beads.append(
            Bead(
                label="",
                value=done if state == "done" else todo,
                state=state,
                when=_when(at) if state == "done" else hint,
            )
        )
    return beads


def _when(at: datetime | None) -> str:
    return moment(at) if at else ""
