"""Queries of lots."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import EVERYTHING, Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed

from collect.lots.lot import Lot
from collect.lots.schemas import CategoryCount, LotCount

_COLUMNS = """
l.id, l.code, l.donor_id, o.name AS donor_name, l.donation_id, d.reference AS donation_reference, l.status,
l.public_body, l.devices, l.collected_at, s.postcode, l.workshop_id, w.name AS workshop_name, l.dispatched_at,
l.override_reason, l.arrived_at, l.reconciled_at, l.missing, l.surplus, l.confirmed_at, l.split_from
"""
# The place of the pickup: the site of the appointment, else the donor's first.
_FROM = """
lot l
JOIN donor o ON o.id = l.donor_id
JOIN donation d ON d.id = l.donation_id
CROSS JOIN LATERAL (
    SELECT postcode FROM site WHERE donor_id = l.donor_id ORDER BY id <> d.pickup_site_id, id LIMIT 1
) s
LEFT JOIN workshop w ON w.workshop_id = l.workshop_id
"""
# Since when the lot is where it is.
_SINCE = """CASE l.status WHEN 'sealed' THEN l.collected_at WHEN 'dispatched' THEN l.dispatched_at
    WHEN 'arrived' THEN l.arrived_at ELSE l.reconciled_at END"""
AT_WORK = "('arrived', 'erased', 'tested', 'graded')"
# A filter's value → its condition, on an instant that may go unused.
_POINTS = {
    "missing": "l.missing > 0 AND l.confirmed_at IS NULL",
    "stuck": f"""l.id IN (SELECT v.lot_id FROM device v
                      WHERE v.stage IN {AT_WORK} AND v.work_at < {{}})""",
    "counted": "l.reconciled_at >= {}",
    "collected": "l.collected_at >= {}",
}
_LOTS = Listing(_COLUMNS, _FROM, {"newest": Order(Key("l.id", Kind.ID), down=True)}, counted="lot l")


class Taken(NamedTuple):
    """Devices of one category that leave a lot for another: from the `first` to the `last`, counted from 1."""

    lot_id: UUID
    category: str
    first: int
    last: int


class LotRepository(Repository):
    # every tenant: of a donation that the caller has locked
    async def seal(self, lot_id: UUID, donation_id: UUID, donor_id: UUID, devices: int, *, public_body: bool) -> str:
        """Insert the lot of a pickup; returns its code."""
        code: str = await (await self.driver()).fetchval(
            """INSERT INTO lot (donor_id, id, donation_id, number, code, status, public_body, devices, collected_at)
            SELECT $1, $2, $3, n, 'L-' || lpad(n::text, greatest(5, length(n::text)), '0'), 'sealed', $4, $5, now()
            FROM nextval('lot_number_seq') AS n RETURNING code""",
            *(donor_id, lot_id, donation_id, public_body, devices),
        )
        return code

    async def get_for_update(self, scope: Scope, lot_id: UUID) -> Lot | None:
        """One lot, locked until the transaction ends, if the caller may see it."""
        await (await self.driver()).execute(
            "SELECT 1 FROM lot WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2 FOR UPDATE",
            scope.ids,
            lot_id,
        )
        return await self.get(scope, lot_id)

    async def get(self, scope: Scope, lot_id: UUID) -> Lot | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR l.donor_id = ANY($1)) AND l.id = $2",
            scope.ids,
            lot_id,
        )
        return _lot(scope, row) if row is not None else None

    async def listing(
        self,
        scope: Scope,
        *,
        donation_id: UUID | None = None,
        status: Sequence[str] = (),
        since: datetime | None = None,
        point: tuple[str, datetime] | None = None,
        q: str = "",
        part: Part = EVERYTHING,
    ) -> Found[Lot]:
        """Lots, newest first, of a donation, in these states (all when none), whose code is `q`.

        `since`: in their state since before then; `point`: what strikes about them, and the instant that it is about.
        """
        wanted = _wanted(scope, donation_id, status, since, point, q)
        return (await _LOTS.page(await self.driver(), wanted, part)).of(lambda row: _lot(scope, row))

    async def each(
        self,
        scope: Scope,
        *,
        status: Sequence[str] = (),
        since: datetime | None = None,
        point: tuple[str, datetime] | None = None,
    ) -> AsyncIterator[Lot]:
        """All that `listing` finds, while it is read."""
        wanted = _wanted(scope, None, status, since, point, "")
        async for row in _LOTS.each(await self.driver(), wanted):
            yield _lot(scope, row)

    async def ids_of(self, scope: Scope, donation_id: UUID) -> list[UUID]:
        rows = await (await self.driver()).fetch(
            "SELECT id FROM lot WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 ORDER BY id",
            scope.ids,
            donation_id,
        )
        return [row["id"] for row in rows]

    # every tenant: of a lot that the caller has locked
    async def take_out(self, lot_id: UUID, parts: Sequence[Taken]) -> dict[UUID, str]:
        """New lots, still sealed, of some of a lot's devices; returns the code of each.

        `first` and `last`: which of the devices of a category, counted from 1 in the order of their making.
        """
        driver = await self.driver()
        counts: dict[UUID, int] = {}
        for part in parts:
            counts[part.lot_id] = counts.get(part.lot_id, 0) + part.last - part.first + 1
        rows = await driver.fetch(
            """INSERT INTO lot (donor_id, id, donation_id, split_from, number, code, status, public_body, devices,
                                collected_at)
            SELECT l.donor_id, u.id, l.donation_id, l.id, u.n,
                   'L-' || lpad(u.n::text, greatest(5, length(u.n::text)), '0'), 'sealed', l.public_body, u.devices,
                   l.collected_at
            FROM (SELECT id, devices, nextval('lot_number_seq') AS n
                  FROM unnest($2::uuid[], $3::int[]) AS p(id, devices)) u JOIN lot l ON l.id = $1
            ORDER BY u.n RETURNING id, code""",
            *(lot_id, list(counts), list(counts.values())),
        )
        await driver.execute(
            """UPDATE device v SET lot_id = p.lot_id
            FROM (SELECT id, category, row_number() OVER (PARTITION BY category ORDER BY id) AS n FROM device
                  WHERE lot_id = $1) d
            JOIN unnest($2::uuid[], $3::text[], $4::int[], $5::int[]) AS p(lot_id, category, first, last)
                ON p.category = d.category AND d.n BETWEEN p.first AND p.last
            WHERE v.id = d.id""",
            *(lot_id, [part.lot_id for part in parts], [part.category for part in parts]),
            *([part.first for part in parts], [part.last for part in parts]),
        )
        await driver.execute("UPDATE lot SET devices = devices - $2 WHERE id = $1", lot_id, sum(counts.values()))
        return {row["id"]: row["code"] for row in rows}

    # every tenant: of a lot that the caller has locked
    async def dispatch(self, lot_id: UUID, workshop_id: UUID, override_reason: str | None) -> None:
        await (await self.driver()).execute(
            """UPDATE lot SET status = 'dispatched', workshop_id = $2, override_reason = $3, dispatched_at = now()
            WHERE id = $1""",
            *(lot_id, workshop_id, override_reason),
        )

    # every tenant: of a lot that the caller has found
    async def count_of(self, lot_id: UUID) -> LotCount:
        """What the workshop counted, per category."""
        driver = await self.driver()
        rows = await driver.fetch(
            """SELECT category, count(*)::int AS handed, count(lot_missing_at)::int AS missing FROM device
            WHERE lot_id = $1 AND surplus_at IS NULL GROUP BY category ORDER BY 2 DESC, 1""",
            lot_id,
        )
        return LotCount(mark=await self.count_mark(lot_id), categories=[CategoryCount(**dict(row)) for row in rows])

    # every tenant: of a lot that the caller has found
    async def count_mark(self, lot_id: UUID) -> str:
        mark: str = await (await self.driver()).fetchval(
            "SELECT md5(coalesce(count_said::text, '')) FROM lot WHERE id = $1", lot_id
        )
        return mark

    # every tenant: of a lot that the caller has locked
    async def confirm(self, lot_id: UUID) -> None:
        """Its donor agrees with the count."""
        await (await self.driver()).execute(
            "UPDATE lot SET confirmed_at = coalesce(confirmed_at, now()) WHERE id = $1", lot_id
        )


def _wanted(
    scope: Scope,
    donation_id: UUID | None,
    status: Sequence[str],
    since: datetime | None,
    point: tuple[str, datetime] | None,
    q: str,
) -> Where:
    wanted = scope.where("l.donor_id")
    if donation_id is not None:
        wanted.add("l.donation_id = {}", donation_id)
    if status:
        wanted.add("l.status = ANY({}::text[])", list(status))
    if since is not None:
        wanted.add(f"{_SINCE} <= {{}}", since)
    if point is not None and point[0] in _POINTS:
        wanted.add(_POINTS[point[0]], *([point[1]] if "{}" in _POINTS[point[0]] else []))
    if q:
        wanted.add("l.code = {}", q.upper())
    return wanted


def _lot(scope: Scope, row: Any) -> Lot:
    """What the coordination says among itself (why not the first workshop) nobody else reads."""
    lot = Lot(**listed(row))
    return lot if scope.is_everybody else replace(lot, override_reason=None)
