"""How states look on pages: the chip of a donation, the kit's key of a device's word, the beads of the thread."""

from filiere.catalogue import ShownStatus
from filiere.web.status import Bead, State

from collect.devices.schemas import DeviceOut, Thread
from collect.donations.schemas import DonationOut
from collect.donations.status import DonationStatus

_KIT_KEYS = {
    ShownStatus.TO_PROCESS: "to_process",
    ShownStatus.IN_PROCESS: "in_process",
    ShownStatus.NOT_REUSABLE: "not_reusable",
    ShownStatus.READY_TO_ORDER: "ready",
    ShownStatus.BEING_DELIVERED: "in_delivery",
    ShownStatus.READY_TO_HAND_OVER: "to_hand_out",
    ShownStatus.HANDED_OVER: "handed_out",
    ShownStatus.AFTER_SALES: "returned",
}
DONATION_CHIPS: dict[DonationStatus, tuple[str, str]] = {
    DonationStatus.DRAFT: ("info", "open"),
    DonationStatus.SUBMITTED: ("wait", "half"),
    DonationStatus.ACCEPTED: ("info", "check"),
    DonationStatus.DECLINED: ("stop", "cross"),
    DonationStatus.SCHEDULED: ("info", "half"),
    DonationStatus.COLLECTED: ("wait", "half"),
    DonationStatus.RECEIVED: ("wait", "half"),
    DonationStatus.CLOSED: ("ok", "done"),
}


def status_key(device: DeviceOut) -> str:
    """The kit's key of the word shown for a device."""
    return _KIT_KEYS[device.stage.shown]


def beads(donation: DonationOut, thread: Thread) -> list[Bead]:
    """The thread of a donation, always the same eight beads: each is done when all that can reach it have."""
    answered = donation.status not in (DonationStatus.DRAFT, DonationStatus.SUBMITTED)
    if donation.status is DonationStatus.DECLINED:
        return [Bead("déclarés", thread.declared, "done"), Bead("déclinés", thread.declared, "stopped")]
    # What is missing or withdrawn will never reach the later beads: they are full without it.
    expected = thread.accepted - thread.missing
    usable = expected - thread.withdrawn
    counts = (
        ("acceptés", thread.accepted, thread.accepted if answered else -1),
        ("collectés", thread.collected, max(expected, 1)),
        ("effacés", thread.erased, max(usable, 1)),
        ("testés", thread.tested, max(usable, 1)),
        ("prêts", thread.ready, max(usable, 1)),
        ("attribués", thread.reserved, max(usable, 1)),
        ("remis", thread.handed_over, max(usable, 1)),
    )
    found = [Bead("déclarés", thread.declared, "now" if donation.status is DonationStatus.DRAFT else "done")]
    is_behind = donation.status is DonationStatus.DRAFT
    for label, count, full in counts:
        is_done = not is_behind and answered and count >= full
        state: State = "done" if is_done else "todo" if is_behind else "now"
        is_behind = is_behind or state == "now"
        found.append(Bead(label, count if answered else None, state))
    return found
