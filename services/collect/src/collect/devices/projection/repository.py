"""Queries of the projection: a whole slice of events in a few statements.

Locks are taken in one order everywhere, donations before devices, each by id; so slices of different partitions and
the people's own steps never wait for each other crosswise.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from filiere.database import Repository

from collect.devices.projection.fold import Count, PromiseNews, WorkNews
from collect.devices.projection.incoming import Surplus
from collect.devices.stage import FINAL, Stage
from collect.news.repository import Counted

_TIMES = (Stage.ARRIVED, Stage.ERASED, Stage.TESTED, Stage.GRADED, Stage.READY, Stage.WITHDRAWN)
_FINAL = ", ".join(f"'{stage.value}'" for stage in sorted(FINAL))

# What a slice says is newer than what the row holds: all events of a device come in the order of one log.
_WORK = """
UPDATE device v SET
    work = CASE
        WHEN u.wiped_alone AND v.work = 'withdrawn' THEN v.work
        WHEN u.undone THEN u.work
        ELSE coalesce(u.work, v.work)
    END,
    work_at = u.at,
    workshop_id = coalesce(u.workshop_id, v.workshop_id),
    arrived_at = CASE WHEN u.undone THEN u.arrived ELSE coalesce(u.arrived, v.arrived_at) END,
    erased_at = coalesce(u.erased, v.erased_at),
    tested_at = coalesce(u.tested, v.tested_at),
    graded_at = coalesce(u.graded, v.graded_at),
    ready_at = coalesce(u.ready, v.ready_at),
    withdrawn_at = coalesce(u.withdrawn, v.withdrawn_at),
    erasures = CASE WHEN u.erased IS NULL THEN v.erasures ELSE u.erasures::jsonb END,
    gone = CASE WHEN u.erased IS NULL THEN v.gone ELSE u.gone::jsonb END,
    failures = CASE WHEN u.tested IS NULL THEN v.failures ELSE string_to_array(u.failures, E'\\n') END,
    grade = CASE WHEN u.graded IS NULL THEN v.grade ELSE u.grade END,
    withdrawn_reason = CASE WHEN u.withdrawn IS NULL THEN v.withdrawn_reason ELSE u.withdrawn_reason END,
    work_minutes = coalesce(u.work_minutes, v.work_minutes),
    new_parts = coalesce(u.new_parts::jsonb, v.new_parts),
    seen_category = coalesce(u.seen_category, v.seen_category)
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::uuid[], $5::timestamptz[],
            $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],
            $11::text[], $12::text[], $13::text[], $14::text[], $15::int[], $16::bool[], $17::bool[],
            $18::text[], $19::text[], $20::text[])
    AS u(id, work, at, workshop_id, arrived, erased, tested, graded, ready, withdrawn,
         erasures, failures, grade, withdrawn_reason, work_minutes, undone, wiped_alone, gone, seen_category,
         new_parts)
WHERE v.id = u.id
"""

_PROMISE = """
UPDATE device v SET promise = u.promise, promise_at = u.at, territory = u.territory, how = u.how, away = u.away
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
    AS u(id, promise, at, territory, how, away)
WHERE v.id = u.id
"""


# every tenant: events act for no caller
class ProjectionRepository(Repository):
    async def donations_of_for_update(self, devices: Sequence[UUID]) -> list[UUID]:
        """Lock the donations of these devices; returns their ids. Unknown devices (surplus at a workshop) have none."""
        rows = await (await self.driver()).fetch(
            """SELECT id FROM donation WHERE id IN (SELECT donation_id FROM device WHERE id = ANY($1))
            ORDER BY id FOR NO KEY UPDATE""",
            list(devices),
        )
        return [row["id"] for row in rows]

    async def donations_of_lots_for_update(self, lots: Sequence[UUID]) -> list[UUID]:
        rows = await (await self.driver()).fetch(
            """SELECT id FROM donation WHERE id IN (SELECT donation_id FROM lot WHERE id = ANY($1))
            ORDER BY id FOR NO KEY UPDATE""",
            list(lots),
        )
        return [row["id"] for row in rows]

    async def devices_for_update(self, devices: Sequence[UUID]) -> None:
        await (await self.driver()).execute(
            "SELECT 1 FROM device WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", list(devices)
        )

    async def put_surplus(self, devices: Sequence[Surplus]) -> None:
        """Devices that came beside the manifest, with the lot's donation and the line that is nearest; once each.

        Their lot stays sealed as it was handed over: `devices` of it counts what its manifest lists.
        """
        await (await self.driver()).execute(
            """INSERT INTO device (donor_id, id, donation_id, line_id, lot_id, label, category, public_body, custody,
                                   workshop_id, collected_at, dispatched_at, surplus_at)
            SELECT l.donor_id, u.id, l.donation_id, line.id, l.id, u.label, u.category, u.public_body, 'in_transit',
                   u.workshop_id, l.collected_at, l.dispatched_at, u.at
            FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bool[], $7::timestamptz[])
                AS u(id, lot_id, workshop_id, label, category, public_body, at)
            JOIN lot l ON l.id = u.lot_id
            CROSS JOIN LATERAL (SELECT id FROM donation_line WHERE donation_id = l.donation_id
                                ORDER BY verdict IS DISTINCT FROM 'accepted', category <> u.category, position
                                LIMIT 1) line
            ORDER BY u.id ON CONFLICT (id) DO NOTHING""",
            [one.device_id for one in devices],
            [one.lot_id for one in devices],
            [one.workshop_id for one in devices],
            [one.label for one in devices],
            [one.category.value for one in devices],
            [one.public_body for one in devices],
            [one.occurred_at for one in devices],
        )

    async def apply_work(self, news: Sequence[WorkNews]) -> None:
        await (await self.driver()).execute(
            _WORK,
            [one.device_id for one in news],
            [one.work for one in news],
            [one.at for one in news],
            [one.workshop_id for one in news],
            *([one.times.get(stage) for one in news] for stage in _TIMES),
            [one.erasures for one in news],
            [one.failures for one in news],
            [one.grade for one in news],
            [one.withdrawn_reason for one in news],
            [one.work_minutes for one in news],
            [one.is_undone for one in news],
            [one.is_wiped_alone for one in news],
            [one.gone for one in news],
            [one.seen_category for one in news],
            [one.new_parts for one in news],
        )

    async def apply_promises(self, news: Sequence[PromiseNews]) -> None:
        await (await self.driver()).execute(
            _PROMISE,
            [one.device_id for one in news],
            [one.promise for one in news],
            [one.at for one in news],
            [one.territory for one in news],
            [one.how for one in news],
            [one.away for one in news],
        )

    async def lots_arrived(self, arrivals: Mapping[UUID, datetime]) -> None:
        """Lots that are being unloaded; one that is counted already stays so."""
        await (await self.driver()).execute(
            """UPDATE lot l SET arrived_at = u.at,
                status = CASE WHEN l.status = 'dispatched' THEN 'arrived' ELSE l.status END
            FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at) WHERE l.id = u.id""",
            list(arrivals),
            list(arrivals.values()),
        )

    async def lots_counted(self, counts: Sequence[Count]) -> None:
        """Counts, or chunks of them: a first chunk voids the count before it, a last one makes the lot reconciled."""
        driver = await self.driver()
        lots = [count.lot_id for count in counts]
        await driver.execute(
            """UPDATE lot l SET
                status = CASE WHEN u.whole THEN 'reconciled' ELSE l.status END,
                reconciled_at = CASE WHEN u.whole THEN u.at ELSE l.reconciled_at END,
                missing = u.missing + CASE WHEN u.new THEN 0 ELSE l.missing END,
                surplus = u.surplus + CASE WHEN u.new THEN 0 ELSE l.surplus END
            FROM unnest($1::uuid[], $2::timestamptz[], $3::bool[], $4::bool[], $5::int[], $6::int[])
                AS u(id, at, new, whole, missing, surplus)
            WHERE l.id = u.id""",
            lots,
            [count.at for count in counts],
            [count.is_new for count in counts],
            [count.is_whole for count in counts],
            [len(count.missing) for count in counts],
            [count.surplus for count in counts],
        )
        await driver.execute("SELECT 1 FROM device WHERE lot_id = ANY($1) ORDER BY id FOR NO KEY UPDATE", lots)
        await driver.execute(
            """UPDATE device v SET lot_missing_at = CASE WHEN v.id = ANY($4) THEN u.at END
            FROM unnest($1::uuid[], $2::timestamptz[], $3::bool[]) AS u(lot_id, at, new)
            WHERE v.lot_id = u.lot_id AND (v.id = ANY($4) OR (u.new AND v.lot_missing_at IS NOT NULL))""",
            lots,
            [count.at for count in counts],
            [count.is_new for count in counts],
            [device for count in counts for device in count.missing],
        )

    async def counts_to_confirm(self, lots: Sequence[UUID]) -> list[Counted]:
        """Those of these whole counts that say something else than the one before: their donor is asked (again).

        The same figures and the same missing devices once more change nothing, and what was agreed with stays so. A
        gift from before its network came was counted there: its donor is asked where anything differs.
        """
        rows = await (await self.driver()).fetch(
            """WITH said AS (
                SELECT l.id, l.count_said AS before, jsonb_build_object(
                    'devices', l.devices, 'missing', l.missing, 'surplus', l.surplus,
                    'which', md5(coalesce(string_agg(v.id::text, ' ' ORDER BY v.id), ''))) AS now
                FROM lot l LEFT JOIN device v ON v.lot_id = l.id AND v.lot_missing_at IS NOT NULL
                WHERE l.id = ANY($1) GROUP BY l.id)
            UPDATE lot l SET count_said = s.now, confirmed_at = NULL FROM said s, donation d
            WHERE l.id = s.id AND d.id = l.donation_id AND s.before IS DISTINCT FROM s.now
              AND (d.source <> 'carried_over' OR l.missing > 0 OR l.surplus > 0)
            RETURNING l.id, l.donor_id, l.code, d.reference, l.devices, l.missing, l.surplus,
                (s.before ->> 'missing')::int""",
            list(lots),
        )
        return sorted(Counted(*row) for row in rows)

    async def settle(self, donations: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
        """Bring locked donations to received (every lot counted) and closed (every device at its end), or back.

        Back: a missing device that turns up reopens its donation. Returns those that came to received, and to closed.
        """
        driver = await self.driver()
        received = await driver.fetch(
            """UPDATE donation d SET status = 'received', received_at = now()
            WHERE d.id = ANY($1) AND d.status = 'collected'
              AND NOT EXISTS (SELECT 1 FROM lot l WHERE l.donation_id = d.id AND l.status <> 'reconciled')
            RETURNING d.id""",
            list(donations),
        )
        settled = await driver.fetch(
            f"""UPDATE donation d SET
                status = CASE WHEN s.done THEN 'closed' ELSE 'received' END,
                closed_at = CASE WHEN s.done THEN now() END
            FROM (SELECT donation_id, bool_and(
                      stage IN ({_FINAL}) OR coalesce(away IN ('lost', 'lost_lent'), false)) AS done
                  FROM device WHERE donation_id = ANY($1) GROUP BY donation_id) s
            WHERE d.id = s.donation_id AND d.status IN ('received', 'closed') AND (d.status = 'closed') <> s.done
            RETURNING d.id, s.done""",
            list(donations),
        )
        return [row["id"] for row in received], [row["id"] for row in settled if row["done"]]
