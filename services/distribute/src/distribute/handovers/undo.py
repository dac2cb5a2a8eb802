"""A handover is taken back: a minus entry in the journal, the device in the Relais' stock again."""

from uuid import UUID

from filiere import outbox
from filiere.calendar import day_of, now
from filiere.database import AsyncSession
from filiere.web import Principal

from distribute.handovers.chaining import locked_journal
from distribute.handovers.errors import HandoverNotFound, HandoverUndone, SoldByAnotherTill, UndoIsTheLeads
from distribute.handovers.events import DeviceHandoverUndone
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.used import send_to_its_workshop, was_used
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.referrals import taking
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of
from distribute.till_journal.entry import Draft, Entry
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.service import enter
from distribute.till_journal.status import EntryKind, UndoReason


async def undo(session: AsyncSession, principal: Principal, handover_id: UUID, reason: UndoReason) -> Entry:
    """Take a handover back; returns the entry that does. What somebody used goes to its workshop.

    Raises HandoverNotFound, HandoverUndone, SoldByAnotherTill, UndoIsTheLeads.
    """
    scope = own_relais_of(principal)
    repository, journal = HandoversRepository.from_session(session), TillJournalRepository.from_session(session)
    order_id = await repository.order_of_handover(scope, handover_id)
    if order_id is not None:
        await OrdersRepository.from_session(session).for_update([order_id])
    handover = await repository.handed_over_for_update(scope, handover_id) if order_id is not None else None
    if handover is None:
        if await journal.of_handover(scope, handover_id):
            raise HandoverUndone
        raise HandoverNotFound
    last = await locked_journal(session, handover.relais_id)
    entries = await journal.of_handover(scope, handover_id)
    if not entries:
        raise SoldByAnotherTill
    (entry,) = entries
    if not may_undo(principal, entry, await repository.lead(handover.relais_id)):
        raise UndoIsTheLeads
    (made,) = await enter(session, handover.relais_id, last, [minus(entry, principal, reason)])
    await repository.take_back(handover)
    await _give_slip_back(session, principal, entry)
    told = DeviceHandoverUndone(
        device_id=handover.device_id, relais_id=handover.relais_id, territory=handover.territory
    )
    await outbox.append(session, [told])
    if was_used(entry, reason, made.draft.at):
        is_broken = reason is UndoReason.DOES_NOT_WORK
        await send_to_its_workshop(session, [handover.device_id], held=StockStatus.DELIVERED, is_broken=is_broken)
    await restate(session, [handover.order_id])
    return made


async def _give_slip_back(session: AsyncSession, principal: Principal, entry: Entry) -> None:
    """The slip that this sale took is open again."""
    if checkout := entry.draft.details.get("checkout"):
        await taking.give_back(session, principal, UUID(str(checkout)), entry.draft.category or "")


def may_undo(principal: Principal, entry: Entry, lead: str | None) -> bool:
    """The seller on the same day; on any day whoever has had access to the Relais for longest."""
    is_same_day = day_of(entry.draft.at) == day_of(now())
    return principal.subject == lead or (is_same_day and principal.subject == entry.draft.by)


def minus(entry: Entry, principal: Principal, reason: UndoReason) -> Draft:
    """The opposite of an entry."""
    one = entry.draft
    return Draft(
        kind=EntryKind.UNDO,
        at=now(),
        by=principal.subject,
        handover_id=one.handover_id,
        device_id=one.device_id,
        receipt=one.receipt,
        label=one.label,
        category=one.category,
        tier=one.tier,
        person_cents=-one.person_cents,
        person_means=one.person_means,
        structure_cents=-one.structure_cents,
        structure_means=one.structure_means,
        undoes=entry.sequence,
        reason=reason,
    )
