"""How the state of a donation looks on pages: its chip, and the beads of its thread."""

from filiere.web import gettext as _
from filiere.web.formats import number
from filiere.web.progress import Bead, State

from collect.devices.few import AT_LEAST, Reuse
from collect.devices.schemas import Thread
from collect.donations.donation import Donation
from collect.donations.schemas import DonationOut
from collect.donations.status import DonationStatus

DONATION_CHIPS: dict[DonationStatus, tuple[str, str]] = {
    DonationStatus.DRAFT: ("info", "open"),
    DonationStatus.SUBMITTED: ("wait", "half"),
    DonationStatus.ACCEPTED: ("info", "check"),
    DonationStatus.DECLINED: ("stop", "cross"),
    DonationStatus.SCHEDULED: ("info", "half"),
    DonationStatus.COLLECTED: ("wait", "half"),
    DonationStatus.RECEIVED: ("wait", "half"),
    DonationStatus.CLOSED: ("ok", "done"),
    DonationStatus.WITHDRAWN: ("stop", "cross"),
    DonationStatus.CANCELLED: ("stop", "cross"),
}


def beads(donation: Donation | DonationOut, thread: Thread, few: Reuse | None = None) -> list[Bead]:
    """The thread of a donation, always the same eight beads: each is done when all that can reach it have.

    `few`: so few were handed over, in all or of a category, that the last bead says it in words, and not whether these
    are all; what is promised is then no bead of its own.
    """
    answered = donation.status not in (DonationStatus.DRAFT, DonationStatus.SUBMITTED)
    if donation.status is DonationStatus.DECLINED:
        return [Bead("déclarés", thread.declared, "done"), Bead("déclinés", thread.declared, "stopped")]
    if donation.status is DonationStatus.WITHDRAWN:
        return [Bead("déclarés", thread.declared, "done"), Bead("retirés", thread.declared, "stopped")]
    if donation.status is DonationStatus.CANCELLED:
        return [
            Bead("déclarés", thread.declared, "done"),
            Bead("acceptés", thread.accepted, "done"),
            Bead("annulés", thread.accepted, "stopped"),
        ]
    # What is missing or withdrawn will never reach the later beads: they are full without it.
    expected = thread.accepted - thread.missing
    usable = expected - thread.withdrawn
    counts = (
        ("acceptés", thread.accepted, thread.accepted if answered else -1),
        ("collectés", thread.collected, max(expected, 1)),
        # A device without a medium passes this bead too, and was not wiped.
        ("effacés" if thread.wiped == thread.erased else "effacés ou sans support", thread.erased, max(usable, 1)),
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
    if few is not None:
        said = _(AT_LEAST) % {"num": number(few.told)} if few.told else _(few.said)
        # How many are promised would bound how many of them were handed over: none, where as many are as were told.
        found[-2:] = [Bead("remis", said, "now")]
    return found
