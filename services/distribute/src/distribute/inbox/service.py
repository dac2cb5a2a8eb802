"""Gather the coordination's day."""

from filiere.calendar import today
from filiere.database import AsyncReadSession

from distribute.inbox.repository import Counted, InboxRepository
from distribute.inbox.schemas import Group, Inbox, InboxLine
from distribute.shipments.lateness import late_since

# kind: group, page, filters of the list that shows exactly these.
KINDS: dict[str, tuple[Group, str, dict[str, str]]] = {
    "to-approve": ("waiting", "orders", {"statut": "placed"}),
    "proposals": ("waiting", "proposals", {"statut": "proposed"}),
    "incidents": ("waiting", "incidents", {"suite": "ouvert"}),
    "applications": ("waiting", "applications", {"statut": "waiting"}),
    "topups": ("waiting", "topup_office", {}),
    "publics": ("waiting", "relais_list", {"demande": "publics"}),
    "agreements": ("waiting", "relais_list", {"convention": "missing"}),
    "parcels-late": ("late", "shipments", {"statut": "late"}),
    "invoices-overdue": ("late", "aged_balance", {}),
    "cases": ("going", "after_sale", {"suite": "ouvert"}),
    "recalls": ("going", "recalls", {}),
    "returning": ("going", "stock", {"statut": "returning"}),
}


async def inbox(session: AsyncReadSession) -> Inbox:
    """What waits, what is late, what others are at, and since when the oldest of each."""
    found = await InboxRepository.from_session(session).counts(today(), late_since())
    by_kind = {one.kind: one for one in found}
    return Inbox(lines=[_line(by_kind[kind]) for kind in KINDS if by_kind[kind].number])


def _line(one: Counted) -> InboxLine:
    group, page, query = KINDS[one.kind]
    days = (today() - one.since).days if one.since is not None else None
    return InboxLine(kind=one.kind, group=group, count=one.number, days=days, page=page, query=query)
