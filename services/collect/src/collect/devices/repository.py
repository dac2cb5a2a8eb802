"""Queries of devices: made at acceptance, moved by collect's own steps, listed and counted."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from filiere.catalogue import Category
from filiere.catalogue.impact import Part as NewPart
from filiere.database import (
    EVERYTHING,
    Found,
    Key,
    Kind,
    Listing,
    Order,
    Part,
    Repository,
    Scope,
    Where,
    listed,
    literal,
)
from filiere.identifiers import label_code, uuid7

from collect.devices.few import REUSED, OfCategory, Reuse
from collect.devices.schemas import DeviceOut, LotErasure, Thread, Work, parts_of

DEVICE_COLUMNS = """
v.id, v.donation_id, v.lot_id, v.label, v.category, v.manufacturer, v.model, v.serial, v.imeis, v.asset_tag,
v.public_body, n.year, n.ram_gb, n.storage_gb, v.stage, v.created_at,
v.collected_at, v.dispatched_at, v.arrived_at, v.erased_at, v.tested_at, v.graded_at, v.ready_at,
v.withdrawn_at, v.promise_at, v.lot_missing_at, w.name AS workshop_name, v.erasures, v.gone, v.failures, v.grade,
v.withdrawn_reason, v.surplus_at, v.territory, v.how, v.away, v.found_at, v.seen_category,
v.new_parts
"""
# The workshop that has it, or where its lot was sent when no event has come back yet.
DEVICE_FROM = """
device v LEFT JOIN lot l ON l.id = v.lot_id
LEFT JOIN workshop w ON w.workshop_id = coalesce(v.workshop_id, l.workshop_id)
LEFT JOIN donation_line n ON n.id = v.line_id
"""
_FOUND = "stage = 'missing' AND lot_id IS NULL AND found_at IS NOT NULL"
_ID = Key("v.id", Kind.ID)
_SORTS = {
    "label": "v.label",
    "category": "coalesce(v.seen_category, v.category)",
    "serial": "v.serial",
    "stage": "v.stage",
    "model": "v.model",
}
_LISTED = Listing(
    DEVICE_COLUMNS,
    DEVICE_FROM,
    {"made": Order(_ID)} | {name: Order(Key(f"coalesce({column}, '')"), _ID) for name, column in _SORTS.items()},
    counted="device v",
)
_SEARCHED = "concat_ws(' ', v.label, v.serial, array_to_string(v.imeis, ' '), v.manufacturer, v.model, v.asset_tag)"

# Beads count devices that have passed a point; promises can be taken back, so `reserved` counts those that hold now.
# A failed test passes nothing: it may even be the reset of a phone or printer, which is then not wiped.
THREAD_COUNTS = """
count(*) FILTER (WHERE v.surplus_at IS NULL)::int AS accepted,
count(v.collected_at)::int AS collected,
count(v.erased_at)::int AS erased,
count(v.erased_at) FILTER (WHERE v.erasures <> '[]')::int AS wiped,
count(v.tested_at) FILTER (WHERE coalesce(cardinality(v.failures), 0) = 0)::int AS tested,
count(v.ready_at)::int AS ready,
count(*) FILTER (WHERE v.promise <> 'none')::int AS reserved,
count(*) FILTER (WHERE v.stage = 'handed_over')::int AS handed_over,
count(*) FILTER (WHERE v.stage = 'missing')::int AS missing,
count(*) FILTER (WHERE v.stage = 'withdrawn')::int AS withdrawn
"""


DEVICES_AT_ONCE = 500


class DeviceRepository(Repository):
    # every tenant: of a donation that the caller has locked
    async def create(self, donation_id: UUID) -> AsyncIterator[int]:
        """Make the devices of the accepted lines, each with an id, a number and its label.

        Some hundreds at a time, so that whoever shares the event loop goes on; yields how many there are.
        """
        driver = await self.driver()
        positions: list[int] = await driver.fetchval(
            """SELECT coalesce(array_agg(l.position ORDER BY l.position), '{}')
            FROM donation_line l, generate_series(1, l.quantity)
            WHERE l.donation_id = $1 AND l.verdict = 'accepted'""",
            donation_id,
        )
        for start in range(0, len(positions), DEVICES_AT_ONCE):
            some = positions[start : start + DEVICES_AT_ONCE]
            numbers: list[int] = await driver.fetchval(
                "SELECT array_agg(nextval('device_number_seq')) FROM generate_series(1, $1::int)", len(some)
            )
            await driver.execute(
                """INSERT INTO device (donor_id, id, donation_id, line_id, number, label, category, manufacturer, model,
                                       serial, imeis, asset_tag, public_body, custody)
                SELECT l.donor_id, u.id, l.donation_id, l.id, u.number, u.label, l.category, l.manufacturer, l.model,
                       l.serial, l.imeis, l.asset_tag, d.public_body, 'accepted'
                FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::int[]) AS u(id, number, label, position)
                JOIN donation_line l ON l.donation_id = $1 AND l.position = u.position
                JOIN donation d ON d.id = $1""",
                donation_id,
                [uuid7() for _ in numbers],
                numbers,
                [label_code(number) for number in numbers],
                some,
            )
            yield start + len(some)

    # every tenant: of a donation that the caller has locked
    async def collect(self, donation_id: UUID, lot_id: UUID, not_found: Sequence[str]) -> int:
        """Everything but the labels not found goes into the lot; returns how many did."""
        status: str = await (await self.driver()).execute(
            """UPDATE device SET custody = 'collected', lot_id = $2, collected_at = now()
            WHERE donation_id = $1 AND label <> ALL($3::text[])""",
            *(donation_id, lot_id, list(not_found)),
        )
        await (await self.driver()).execute(
            "UPDATE device SET custody = 'missing' WHERE donation_id = $1 AND label = ANY($2::text[])",
            *(donation_id, list(not_found)),
        )
        return int(status.split()[-1])

    async def get_for_update(self, scope: Scope, device_id: UUID) -> DeviceOut | None:
        """The device, locked until the transaction ends, if the caller may see it."""
        await (await self.driver()).execute(
            "SELECT 1 FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2 FOR NO KEY UPDATE",
            scope.ids,
            device_id,
        )
        return await self.get(scope, device_id)

    # every tenant: of a device that the caller has locked
    async def found(self, device_id: UUID, *, is_there: bool) -> None:
        """That the donor has found it, since when; or that it has not."""
        await (await self.driver()).execute(
            "UPDATE device SET found_at = CASE WHEN $2 THEN coalesce(found_at, now()) END WHERE id = $1",
            *(device_id, is_there),
        )

    async def found_waiting(self, scope: Scope, donation_id: UUID) -> tuple[int, int]:
        """Devices of a donation that were missing and have been found: at the pickup, waiting to be fetched; by a
        workshop, to be brought to it."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) FILTER (WHERE lot_id IS NULL)::int, count(*) FILTER (WHERE lot_id IS NOT NULL)::int"
            " FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2"
            " AND stage = 'missing' AND found_at IS NOT NULL",
            scope.ids,
            donation_id,
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return row[0], row[1]

    # every tenant: of a donation that the caller has locked
    async def found_at_donor(self, donation_id: UUID) -> int:
        """Devices that were missing at the pickup and have been found since, locked."""
        rows = await (await self.driver()).fetch(
            f"SELECT 1 FROM device WHERE donation_id = $1 AND {_FOUND} ORDER BY id FOR NO KEY UPDATE", donation_id
        )
        return len(rows)

    # every tenant: of a donation that the caller has locked
    async def collect_found(self, donation_id: UUID, lot_id: UUID) -> None:
        """They go into this lot."""
        await (await self.driver()).execute(
            "UPDATE device SET custody = 'collected', lot_id = $2, collected_at = now()"
            f" WHERE donation_id = $1 AND {_FOUND}",
            *(donation_id, lot_id),
        )

    # every tenant: of a donation that the caller has locked
    async def cancel(self, donation_id: UUID) -> int:
        """Nobody waits for the donation's devices any more; returns how many there were."""
        status: str = await (await self.driver()).execute(
            "UPDATE device SET custody = 'cancelled' WHERE donation_id = $1", donation_id
        )
        return int(status.split()[-1])

    # every tenant: of a lot that the caller has locked
    async def dispatch(self, lot_id: UUID) -> tuple[int, int]:
        """The lot's devices leave; returns how many, and the bytes of the longest words of one of them in JSON."""
        row = await (await self.driver()).fetchrow(
            """WITH sent AS (
                UPDATE device SET custody = 'in_transit', dispatched_at = now() WHERE lot_id = $1
                RETURNING octet_length(to_json(manufacturer)::text) AS maker,
                    octet_length(to_json(model)::text) AS model, octet_length(to_json(serial)::text) AS serial,
                    octet_length(to_json(asset_tag)::text) AS tag, octet_length(to_json(imeis)::text) AS imeis)
            SELECT count(*)::int, coalesce(max(
                coalesce(maker, 0) + coalesce(model, 0) + coalesce(serial, 0) + coalesce(tag, 0) + imeis), 0)::int
            FROM sent""",
            lot_id,
        )
        assert row is not None
        return row[0], row[1]

    # every tenant: of a lot that the caller has locked
    async def manifest(self, lot_id: UUID, at_once: int) -> AsyncIterator[list[dict[str, Any]]]:
        """What the manifest says of the lot's devices, in the order of their making, so many at a time.

        One query, read on as it is needed: asking again for each part would sort the whole lot each time.
        """
        cursor = await (await self.driver()).cursor(
            """SELECT v.id AS device_id, v.label, v.category, v.manufacturer, v.model, v.serial, v.donation_id,
                v.public_body, v.asset_tag, l.ram_gb, l.storage_gb, l.year, v.imeis
            FROM device v JOIN donation_line l ON l.id = v.line_id WHERE v.lot_id = $1 ORDER BY v.id""",
            lot_id,
        )
        while some := await cursor.fetch(at_once):
            yield [dict(row) for row in some]

    async def named(self, scope: Scope, donation_id: UUID, names: Sequence[str]) -> dict[str, set[str]]:
        """Label, serial, IMEI or inventory number among these → the labels of the donation's devices that bear it."""
        rows = await (await self.driver()).fetch(
            """SELECT d.label, x.name FROM device d
            CROSS JOIN LATERAL unnest(ARRAY[d.label, d.serial, upper(d.asset_tag)] || d.imeis) AS x(name)
            WHERE ($1::uuid[] IS NULL OR d.donor_id = ANY($1)) AND d.donation_id = $2 AND x.name = ANY($3)""",
            scope.ids,
            *(donation_id, list(names)),
        )
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row["name"], set()).add(row["label"])
        return found

    # every tenant: of a lot that the caller has found
    async def categories_of_lot(self, lot_id: UUID) -> dict[str, int]:
        """Category → devices of a lot, as it was sealed."""
        rows = await (await self.driver()).fetch(
            """SELECT category, count(*)::int AS n FROM device WHERE lot_id = $1 AND surplus_at IS NULL
            GROUP BY category ORDER BY 2 DESC, 1""",
            lot_id,
        )
        return {row["category"]: row["n"] for row in rows}

    async def erasure_of_lots(self, scope: Scope, lots: Sequence[UUID]) -> dict[UUID, LotErasure]:
        """How far the erasure of each lot is, in one query."""
        rows = await (await self.driver()).fetch(
            """SELECT lot_id, count(erased_at) FILTER (WHERE erasures <> '[]')::int AS wiped,
                count(erased_at) FILTER (WHERE coalesce(erasures, '[]') = '[]')::int AS without,
                count(*) FILTER (WHERE erased_at IS NULL AND stage <> 'missing')::int AS waiting,
                count(*) FILTER (WHERE erased_at IS NULL AND stage = 'withdrawn')::int AS withdrawn,
                count(*) FILTER (WHERE erased_at IS NULL AND stage = 'missing')::int AS missing
            FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND lot_id = ANY($2) GROUP BY lot_id""",
            scope.ids,
            list(lots),
        )
        return {row["lot_id"]: LotErasure(**{k: v for k, v in row.items() if k != "lot_id"}) for row in rows}

    async def listing(
        self,
        scope: Scope,
        *,
        donation_id: UUID | None = None,
        lot_id: UUID | None = None,
        stages: Sequence[str] = (),
        q: str = "",
        order: str = "",
        part: Part = EVERYTHING,
    ) -> Found[DeviceOut]:
        """Devices of a donation or a lot, in these stages (all when none), holding `q`."""
        wanted = _wanted(scope, donation_id, lot_id, stages, q)
        found = await _LISTED.page(await self.driver(), wanted, part, order)
        return found.of(lambda row: DeviceOut(**listed(row)))

    async def each(
        self,
        scope: Scope,
        *,
        donation_id: UUID,
        lot_id: UUID | None = None,
        stages: Sequence[str] = (),
        q: str = "",
    ) -> AsyncIterator[DeviceOut]:
        """All that `listing` finds of a donation, while it is read."""
        wanted = _wanted(scope, donation_id, lot_id, stages, q)
        async for row in _LISTED.each(await self.driver(), wanted):
            yield DeviceOut(**dict(row))

    async def how_many(
        self, scope: Scope, donation_id: UUID | None, lot_id: UUID | None, device_id: UUID | None = None
    ) -> int:
        """Devices of a donation or a lot, or one device, that the caller may see."""
        found: int = await (await self.driver()).fetchval(
            "SELECT count(*)::int FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1))"
            " AND (donation_id = $2 OR lot_id = $3 OR id = $4)",
            *(scope.ids, donation_id, lot_id, device_id),
        )
        return found

    async def printed(
        self, scope: Scope, donation_id: UUID | None, lot_id: UUID | None, device_id: UUID | None = None
    ) -> str:
        """A fingerprint of what `to_print` says of all of them: what was printed before is of old when it differs."""
        found: str = await (await self.driver()).fetchval(
            # Of each a number, in any order (no two are alike): no text of fifty thousand devices is put together.
            """SELECT count(*) || '-' || to_hex(coalesce(bit_xor(hashtextextended(
                ROW(label, category, manufacturer, model, serial, asset_tag)::text, 0)), 0))
            FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1))
              AND (donation_id = $2 OR lot_id = $3 OR id = $4)""",
            *(scope.ids, donation_id, lot_id, device_id),
        )
        return found

    async def to_print(
        self,
        scope: Scope,
        donation_id: UUID | None,
        lot_id: UUID | None,
        device_id: UUID | None = None,
        *,
        limit: int,
        offset: int,
    ) -> list[DeviceOut]:
        """Devices of a donation or a lot, or one device, that the caller may see, in the order of their making."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {DEVICE_COLUMNS} FROM {DEVICE_FROM}
            WHERE ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) AND (v.donation_id = $2 OR v.lot_id = $3 OR v.id = $4)
            ORDER BY v.id LIMIT $5 OFFSET $6""",
            *(scope.ids, donation_id, lot_id, device_id, limit, offset),
        )
        return [DeviceOut(**dict(row)) for row in rows]

    async def get(self, scope: Scope, device_id: UUID) -> DeviceOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {DEVICE_COLUMNS} FROM {DEVICE_FROM}"
            " WHERE ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) AND v.id = $2",
            scope.ids,
            device_id,
        )
        return DeviceOut(**dict(row)) if row is not None else None

    async def reused(self, scope: Scope, donation_id: UUID) -> dict[Category, int]:
        """Devices of a donation that were handed over, by category: what each really is, as its workshop saw it."""
        rows = await (await self.driver()).fetch(
            """SELECT coalesce(seen_category, category) AS category, count(*)::int AS n FROM device
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND stage = 'handed_over'
            GROUP BY 1""",
            *(scope.ids, donation_id),
        )
        return {Category(row["category"]): row["n"] for row in rows}

    async def reuse(self, scope: Scope, donation_id: UUID) -> Reuse:
        """How many devices of a donation are ready or further, and handed over, by category."""
        rows = await (await self.driver()).fetch(
            """SELECT coalesce(seen_category, category), count(*)::int,
                (count(*) FILTER (WHERE stage = 'handed_over'))::int
            FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND stage = ANY($3)
            GROUP BY 1""",
            *(scope.ids, donation_id, sorted(REUSED)),
        )
        return Reuse(tuple(sorted(OfCategory(*row) for row in rows)))

    async def told_territories(
        self, scope: Scope, donation_id: UUID, fewest: int, hidden: Collection[str] = ()
    ) -> set[str]:
        """Départements where at least `fewest` devices of a donation were handed over; not counting `hidden`."""
        rows = await (await self.driver()).fetch(
            """SELECT territory FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2
            AND stage = 'handed_over' AND territory IS NOT NULL AND NOT coalesce(seen_category, category) = ANY($4)
            GROUP BY territory HAVING count(*) >= $3""",
            *(scope.ids, donation_id, fewest, list(hidden)),
        )
        return {row["territory"] for row in rows}

    async def new_parts(self, scope: Scope, donation_id: UUID) -> dict[tuple[Category, NewPart], int]:
        """New parts that these devices were given at workshops, of the kinds that the method of impact counts."""
        rows = await (await self.driver()).fetch(
            """SELECT coalesce(seen_category, category), part.key, sum(part.value::int)::int
            FROM device, jsonb_each_text(new_parts) AS part
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND stage = 'handed_over'
            GROUP BY 1, 2""",
            *(scope.ids, donation_id),
        )
        return parts_of(rows)

    async def work_on(self, scope: Scope, donation_id: UUID, hidden: Collection[str] = ()) -> Work:
        """The insertion work that workshops have told of a donation's devices; not counting `hidden`."""
        row = await (await self.driver()).fetchrow(
            """SELECT coalesce(sum(work_minutes), 0)::bigint, count(work_minutes)::int FROM device
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2
              AND NOT coalesce(seen_category, category) = ANY($3)""",
            *(scope.ids, donation_id, list(hidden)),
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return Work(*row)

    async def by_label(self, scope: Scope, label: str) -> DeviceOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {DEVICE_COLUMNS} FROM {DEVICE_FROM}"
            " WHERE ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) AND v.label = $2",
            scope.ids,
            label,
        )
        return DeviceOut(**dict(row)) if row is not None else None

    async def search(self, scope: Scope, q: str, limit: int) -> list[DeviceOut]:
        """Devices whose label is `q`, or whose serial, IMEI or inventory number begins with it (another IMEI: is it).

        `q` in capitals. Each of the four ways is an index of its own, whose order (`~<~`) ends what many begin with.
        """
        rows = await (await self.driver()).fetch(
            f"""SELECT {DEVICE_COLUMNS} FROM {DEVICE_FROM} WHERE v.id IN (
                (SELECT id FROM device WHERE label = $2)
                UNION (SELECT id FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND serial LIKE $3
                       ORDER BY serial USING ~<~ LIMIT $4)
                UNION (SELECT id FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND asset_tag LIKE $3
                       ORDER BY asset_tag USING ~<~ LIMIT $4)
                UNION (SELECT id FROM device WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1))
                       AND imeis @> ARRAY[$2::text] AND imeis <> '{{}}' LIMIT $4)
            ) AND ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) ORDER BY v.id DESC LIMIT $4""",
            scope.ids,
            *(q, literal(q) + "%", limit),
        )
        return [DeviceOut(**dict(row)) for row in rows]

    async def thread(self, scope: Scope, donation_id: UUID, declared: int) -> Thread:
        """The counts of one donation's thread, in one query."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {THREAD_COUNTS} FROM device v"
            " WHERE ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) AND v.donation_id = $2",
            scope.ids,
            donation_id,
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return Thread(declared=declared, **dict(row))

    async def threads(self, scope: Scope, declared: Mapping[UUID, int]) -> dict[UUID, Thread]:
        """The threads of the donations of a list, in one query."""
        rows = await (await self.driver()).fetch(
            f"""SELECT v.donation_id, {THREAD_COUNTS} FROM device v
            WHERE ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) AND v.donation_id = ANY($2) GROUP BY v.donation_id""",
            scope.ids,
            list(declared),
        )
        empty: dict[str, Any] = dict.fromkeys(Thread.model_fields, 0)
        found = {row["donation_id"]: {k: v for k, v in row.items() if k != "donation_id"} for row in rows}
        return {key: Thread(**empty | found.get(key, {}) | {"declared": n}) for key, n in declared.items()}


def _wanted(scope: Scope, donation_id: UUID | None, lot_id: UUID | None, stages: Sequence[str], q: str) -> Where:
    wanted = scope.where("v.donor_id")
    if donation_id is not None:
        wanted.add("v.donation_id = {}", donation_id)
    if lot_id is not None:
        wanted.add("v.lot_id = {}", lot_id)
    if stages:
        wanted.add("v.stage = ANY({}::text[])", list(stages))
    return wanted.contains(_SEARCHED, q)
