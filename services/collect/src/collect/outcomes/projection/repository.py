"""Queries of the projection: a whole slice of events in a few statements.

Locks are taken in one order everywhere, donations before devices, each by id; so slices of different partitions and
the people's own steps never wait for each other crosswise.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from filiere.database import Repository

from collect.outcomes.projection.fold import PromiseNews, WorkNews
from collect.outcomes.stage import FINAL, Stage

_TIMES = (Stage.ARRIVED, Stage.ERASED, Stage.TESTED, Stage.GRADED, Stage.READY, Stage.WITHDRAWN)
_FINAL = ", ".join(f"'{stage.value}'" for stage in sorted(FINAL))

# `greatest` ignores nulls: a kind's instant is that of its newest event, in whatever order they come.
_WORK = """
UPDATE device v SET
    work = CASE WHEN newer THEN u.work ELSE v.work END,
    work_at = CASE WHEN newer THEN u.at ELSE v.work_at END,
    work_rank = CASE WHEN newer THEN u.rank ELSE v.work_rank END,
    workshop_id = CASE WHEN newer THEN coalesce(u.workshop_id, v.workshop_id)
                       ELSE coalesce(v.workshop_id, u.workshop_id) END,
    arrived_at = greatest(v.arrived_at, u.arrived),
    erased_at = greatest(v.erased_at, u.erased),
    tested_at = greatest(v.tested_at, u.tested),
    graded_at = greatest(v.graded_at, u.graded),
    ready_at = greatest(v.ready_at, u.ready),
    withdrawn_at = greatest(v.withdrawn_at, u.withdrawn),
    erasures = CASE WHEN u.erased >= coalesce(v.erased_at, u.erased) THEN u.erasures::jsonb ELSE v.erasures END,
    failures = CASE WHEN u.tested >= coalesce(v.tested_at, u.tested)
                    THEN string_to_array(u.failures, E'\\n') ELSE v.failures END,
    grade = CASE WHEN u.graded >= coalesce(v.graded_at, u.graded) THEN u.grade ELSE v.grade END,
    withdrawn_reason = CASE WHEN u.withdrawn >= coalesce(v.withdrawn_at, u.withdrawn)
                            THEN u.withdrawn_reason ELSE v.withdrawn_reason END
FROM (
    SELECT u.*, d.work_at IS NULL OR (u.at, u.rank) >= (d.work_at, d.work_rank) AS newer
    FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::uuid[], $6::timestamptz[],
                $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
                $12::text[], $13::text[], $14::text[], $15::text[])
        AS u(id, work, at, rank, workshop_id, arrived, erased, tested, graded, ready, withdrawn,
             erasures, failures, grade, withdrawn_reason)
    JOIN device d ON d.id = u.id
) u
WHERE v.id = u.id
"""

_PROMISE = """
UPDATE device v SET promise = u.promise, promise_at = u.at, promise_rank = u.rank, territory = u.territory, how = u.how
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[], $5::text[], $6::text[])
    AS u(id, promise, at, rank, territory, how)
WHERE v.id = u.id AND (v.promise_at IS NULL OR (u.at, u.rank) >= (v.promise_at, v.promise_rank))
"""


class ProjectionRepository(Repository):
    async def lock_donations_of(self, devices: Sequence[UUID]) -> list[UUID]:
        """Lock the donations of these devices; returns their ids. Unknown devices (surplus at a workshop) have none."""
        rows = await (await self.driver()).fetch(
            """SELECT id FROM donation WHERE id IN (SELECT donation_id FROM device WHERE id = ANY($1))
            ORDER BY id FOR NO KEY UPDATE""",
            list(devices),
        )
        return [row["id"] for row in rows]

    async def lock_donations_of_lots(self, lots: Sequence[UUID]) -> list[UUID]:
        rows = await (await self.driver()).fetch(
            """SELECT id FROM donation WHERE id IN (SELECT donation_id FROM lot WHERE id = ANY($1))
            ORDER BY id FOR NO KEY UPDATE""",
            list(lots),
        )
        return [row["id"] for row in rows]

    async def lock_devices(self, devices: Sequence[UUID]) -> None:
        await (await self.driver()).execute(
            "SELECT 1 FROM device WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(devices)
        )

    async def apply_work(self, news: Sequence[WorkNews]) -> None:
        await (await self.driver()).execute(
            _WORK,
            [one.device_id for one in news],
            [one.work for one in news],
            [one.at[0] for one in news],
            [one.at[1] for one in news],
            [one.workshop_id for one in news],
            *([one.times.get(stage) for one in news] for stage in _TIMES),
            [one.erasures for one in news],
            [one.failures for one in news],
            [one.grade for one in news],
            [one.withdrawn_reason for one in news],
        )

    async def apply_promises(self, news: Sequence[PromiseNews]) -> None:
        await (await self.driver()).execute(
            _PROMISE,
            [one.device_id for one in news],
            [one.promise for one in news],
            [one.at[0] for one in news],
            [one.at[1] for one in news],
            [one.territory for one in news],
            [one.how for one in news],
        )

    async def lots_arrived(self, arrivals: Mapping[UUID, datetime]) -> None:
        """Lots that are being unloaded; one that is counted already stays so."""
        await (await self.driver()).execute(
            """UPDATE lot l SET arrived_at = greatest(l.arrived_at, u.at),
                status = CASE WHEN l.status = 'dispatched' THEN 'arrived' ELSE l.status END
            FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at) WHERE l.id = u.id""",
            list(arrivals),
            list(arrivals.values()),
        )

    async def lots_reconciled(self, counts: Mapping[UUID, tuple[datetime, Sequence[UUID], int]]) -> None:
        """Lots that are counted: (when, missing devices, surplus). The newest count of a lot is the one that holds."""
        driver = await self.driver()
        rows = await driver.fetch(
            """UPDATE lot l SET status = 'reconciled', reconciled_at = u.at, missing = u.missing, surplus = u.surplus
            FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::int[]) AS u(id, at, missing, surplus)
            WHERE l.id = u.id AND (l.reconciled_at IS NULL OR u.at >= l.reconciled_at) RETURNING l.id""",
            list(counts),
            [at for at, _, _ in counts.values()],
            [len(missing) for _, missing, _ in counts.values()],
            [surplus for _, _, surplus in counts.values()],
        )
        newest = [row["id"] for row in rows]
        missing = [device for lot in newest for device in counts[lot][1]]
        await driver.execute("SELECT 1 FROM device WHERE lot_id = ANY($1) ORDER BY id FOR NO KEY UPDATE", newest)
        await driver.execute(
            """UPDATE device v SET lot_missing_at = CASE WHEN v.id = ANY($3) THEN u.at END
            FROM unnest($1::uuid[], $2::timestamptz[]) AS u(lot_id, at)
            WHERE v.lot_id = u.lot_id AND (v.id = ANY($3) OR v.lot_missing_at IS NOT NULL)""",
            newest,
            [counts[lot][0] for lot in newest],
            missing,
        )

    async def settle(self, donations: Sequence[UUID]) -> None:
        """Bring locked donations to received (every lot counted) and closed (every device at its end), or back.

        Back: a missing device that turns up reopens its donation.
        """
        driver = await self.driver()
        await driver.execute(
            """UPDATE donation d SET status = 'received', received_at = now()
            WHERE d.id = ANY($1) AND d.status = 'collected'
              AND NOT EXISTS (SELECT 1 FROM lot l WHERE l.donation_id = d.id AND l.status <> 'reconciled')""",
            list(donations),
        )
        await driver.execute(
            f"""UPDATE donation d SET
                status = CASE WHEN s.done THEN 'closed' ELSE 'received' END,
                closed_at = CASE WHEN s.done THEN now() END
            FROM (SELECT donation_id, bool_and(stage IN ({_FINAL})) AS done FROM device
                  WHERE donation_id = ANY($1) GROUP BY donation_id) s
            WHERE d.id = s.donation_id AND d.status IN ('received', 'closed') AND (d.status = 'closed') <> s.done""",
            list(donations),
        )
