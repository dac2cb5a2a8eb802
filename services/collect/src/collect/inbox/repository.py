"""Counts of what waits, is late or stuck, and of what went well: a few rows, whatever the network holds."""

from datetime import date, datetime
from typing import NamedTuple

from filiere.database import Repository

from collect.lots.repository import AT_WORK


class Counted(NamedTuple):
    """So many of one kind; `since`: where the oldest of them has been waiting from."""

    kind: str
    number: int
    since: datetime | date | None


# every tenant: the coordination sees all, and nobody else comes here
class InboxRepository(Repository):
    async def donations(self, day: date) -> list[Counted]:
        """To answer, to read, to confirm (companies, proposed days), to schedule, and dates that have passed."""
        rows = await (await self.driver()).fetch(
            """SELECT 'to-answer', count(*)::int, min(submitted_at) FROM donation WHERE status = 'submitted'
            UNION ALL SELECT 'to-confirm', count(*)::int, min(created_at) FROM donor WHERE to_confirm
            UNION ALL SELECT 'words', count(DISTINCT m.donation_id)::int, min(m.created_at) FROM donation_message m
                JOIN donation d ON d.id = m.donation_id
                WHERE m.side = 'donor' AND m.read_at IS NULL AND d.status <> 'draft'
            UNION ALL SELECT 'proposed', count(*)::int, min(p.changed_at) FROM donation d
                JOIN pickup p ON p.donation_id = d.id
                WHERE d.status = 'accepted' AND d.id IN (SELECT donation_id FROM pickup_slot)
            UNION ALL SELECT 'to-schedule', count(*)::int, min(answered_at) FROM donation WHERE status = 'accepted'"""
        )
        late = await (await self.driver()).fetchrow(
            "SELECT count(*)::int, min(pickup_on) FROM donation WHERE status = 'scheduled' AND pickup_on < $1", day
        )
        assert late is not None
        return [*(Counted(*row) for row in rows), Counted("pickup-late", *late)]

    async def lots(self, on_the_way: datetime, silent: datetime) -> list[Counted]:
        """Without a workshop; on the way or uncounted since before `on_the_way`; with missing devices; silent."""
        rows = await (await self.driver()).fetch(
            f"""SELECT 'to-dispatch', count(*)::int, min(collected_at) FROM lot WHERE status = 'sealed'
            UNION ALL SELECT 'lot-late', count(*)::int, min(dispatched_at) FROM lot
                WHERE status = 'dispatched' AND dispatched_at <= $1
            UNION ALL SELECT 'lot-uncounted', count(*)::int, min(arrived_at) FROM lot
                WHERE status = 'arrived' AND arrived_at <= $1
            UNION ALL SELECT 'lot-missing', count(*)::int, min(reconciled_at) FROM lot
                WHERE missing > 0 AND confirmed_at IS NULL
            UNION ALL SELECT 'found', count(DISTINCT donation_id)::int, min(found_at) FROM device
                WHERE found_at IS NOT NULL AND stage = 'missing'
            UNION ALL SELECT 'device-stuck', count(DISTINCT lot_id)::int, min(work_at) FROM device
                WHERE stage IN {AT_WORK} AND work_at < $2""",
            on_the_way,
            silent,
        )
        return [Counted(*row) for row in rows]

    async def good(self, since: datetime) -> list[Counted]:
        """Donations accepted, devices collected, lots counted and devices handed over since then."""
        rows = await (await self.driver()).fetch(
            """SELECT 'accepted', count(*)::int, NULL::timestamptz FROM donation
                WHERE answered_at >= $1 AND status NOT IN ('declined', 'cancelled')
            UNION ALL SELECT 'collected', coalesce(sum(devices), 0)::int, NULL FROM lot WHERE collected_at >= $1
            UNION ALL SELECT 'counted', count(*)::int, NULL FROM lot WHERE reconciled_at >= $1
            UNION ALL SELECT 'handed-over', count(*)::int, NULL FROM device
                WHERE promise = 'handed_over' AND promise_at >= $1""",
            since,
        )
        return [Counted(*row) for row in rows]
