"""What the journal is told of handovers."""

from collections.abc import Sequence
from uuid import UUID

from filiere.database import AsyncSession

from distribute.handovers.repository import HandoversRepository, Unchained
from distribute.handovers.schemas import receipt_number
from distribute.handovers.status import HandoverKind
from distribute.till_journal.entry import Draft, Entry
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.service import enter
from distribute.till_journal.status import EntryKind, Means


async def locked_journal(session: AsyncSession, relais_id: UUID) -> Entry | None:
    """Lock the journal of a Relais and return its last entry, once every handover from before has its own."""
    last = await TillJournalRepository.from_session(session).lock_journal(relais_id)
    repository = HandoversRepository.from_session(session)
    waiting = await repository.unchained(relais_id)
    if not waiting:
        return last
    entries = await enter(session, relais_id, last, [_from_before(one) for one in waiting])
    await repository.chained(entries)
    return entries[-1]


def entry_kind(kind: HandoverKind) -> EntryKind:
    return EntryKind.SALE if kind is HandoverKind.SOLD else EntryKind.GIFT


def shares(amounts: Sequence[int], structure_cents: int) -> list[tuple[int, int]]:
    """(the person's part, the structure's part) of each amount, in proportion to it, for one may come back alone.

    The cents of the rounding go to who comes last; both sides add up to what was paid.
    """
    total, seen, paid, parts = sum(amounts), 0, 0, []
    for amount in amounts:
        seen += amount
        so_far = structure_cents * seen // total if total else 0
        parts.append((amount - (so_far - paid), so_far - paid))
        paid = so_far
    return parts


def _from_before(one: Unchained) -> Draft:
    return Draft(
        kind=entry_kind(HandoverKind(one.kind)),
        at=one.handed_over_at,
        by="",
        handover_id=one.id,
        device_id=one.device_id,
        receipt=receipt_number(one.receipt_year, one.receipt_number),
        label=one.label,
        category=one.category,
        tier=one.tier,
        person_cents=one.amount_cents,
        person_means=Means.UNSAID if one.amount_cents else None,
        details={"before_the_journal": True},
    )
