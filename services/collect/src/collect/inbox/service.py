"""Gather the coordination's day."""

from datetime import datetime, timedelta

from filiere.calendar import day_of, now, today
from filiere.database import AsyncReadSession

from collect.devices.ages import LATE_DAYS, STUCK_DAYS
from collect.donations.waiting import GOOD_DAYS
from collect.inbox.repository import Counted, InboxRepository
from collect.inbox.schemas import Group, Inbox, InboxLine

# kind: group, page, filters of the list that shows exactly these.
KINDS: dict[str, tuple[Group, str, dict[str, str]]] = {
    "to-answer": ("waiting", "donations", {"statut": "submitted", "tri": "reference"}),
    "words": ("waiting", "donations", {"nouvelles": "words"}),
    "to-confirm": ("waiting", "donors", {"etat": "a-confirmer"}),
    "proposed": ("waiting", "donations", {"nouvelles": "proposed"}),
    "to-schedule": ("waiting", "donations", {"statut": "accepted", "tri": "reference"}),
    "to-dispatch": ("waiting", "lots", {"statut": "sealed"}),
    "found": ("waiting", "donations", {"nouvelles": "found"}),
    "pickup-late": ("late", "donations", {"statut": "scheduled", "depuis": "1", "tri": "reference"}),
    "lot-late": ("late", "lots", {"statut": "dispatched", "depuis": str(LATE_DAYS)}),
    "lot-uncounted": ("late", "lots", {"statut": "arrived", "depuis": str(LATE_DAYS)}),
    "lot-missing": ("stuck", "lots", {"point": "missing"}),
    "device-stuck": ("stuck", "lots", {"point": "stuck"}),
    "accepted": ("good", "donations", {"nouvelles": "accepted"}),
    "collected": ("good", "lots", {"point": "collected"}),
    "counted": ("good", "lots", {"point": "counted"}),
    "handed-over": ("good", "donations", {"nouvelles": "handed_over"}),
}


async def inbox(session: AsyncReadSession) -> Inbox:
    """What waits, is late or stuck, oldest of each named; then what went well."""
    at, counts = now(), InboxRepository.from_session(session)
    found = [
        *await counts.donations(today()),
        *await counts.lots(at - timedelta(days=LATE_DAYS), at - timedelta(days=STUCK_DAYS)),
        *await counts.good(at - timedelta(days=GOOD_DAYS)),
    ]
    by_kind = {one.kind: one for one in found}
    return Inbox(lines=[_line(by_kind[kind]) for kind in KINDS if kind in by_kind and by_kind[kind].number])


def _line(one: Counted) -> InboxLine:
    group, page, query = KINDS[one.kind]
    since = day_of(one.since) if isinstance(one.since, datetime) else one.since
    days = (today() - since).days if since is not None else None
    return InboxLine(kind=one.kind, group=group, count=one.number, days=days, page=page, query=query)
