"""SQL of recalls: sets only."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category
from filiere.catalogue.device_models import maker_and_model
from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from distribute.recalls.schemas import PlaceCount, RecalledOut, RecallOut, place_counts
from distribute.recalls.status import RecallReason
from distribute.recalls.target import Target

_IS_MEANT = """
CASE WHEN $1::uuid IS NOT NULL THEN i.lot_id = $1 ELSE i.category = $2 AND lower(i.model) = lower($4)
    AND lower(coalesce(i.manufacturer, '')) = lower(coalesce($3, '')) END
"""
_IS_OUTSIDE = "(x.back_at IS NULL AND i.status IN ('shipped', 'delivered', 'lent', 'handed_over'))"
_OUT = f"""
SELECT r.id, r.what, r.name, r.reason, r.started_at, r.ended_at, count(*)::int AS devices,
    count(*) FILTER (WHERE x.back_at IS NOT NULL OR i.status IN ('returning', 'withdrawn'))::int AS back,
    count(*) FILTER (WHERE {_IS_OUTSIDE})::int AS outside,
    count(*) FILTER (WHERE x.back_at IS NULL AND i.status = 'held')::int AS held
FROM recall r JOIN recall_item x ON x.recall_id = r.id JOIN stock_item i USING (device_id)
WHERE ($1::uuid[] IS NULL OR x.relais_id = ANY($1) OR i.workshop_id = ANY($2))
"""
_STOP = """
WITH meant AS (
    SELECT u.recall_id, i.device_id, i.label, i.relais_id, i.workshop_id
    FROM unnest($1::uuid[], $2::uuid[]) AS u(recall_id, device_id) JOIN stock_item i USING (device_id)
    WHERE NOT EXISTS (SELECT 1 FROM recall_item x JOIN recall r ON r.id = x.recall_id
        WHERE x.device_id = i.device_id AND x.back_at IS NULL AND r.ended_at IS NULL AND r.what = 'device')
), made AS (
    INSERT INTO recall (id, what, name, reason) SELECT recall_id, 'device', label, 'data' FROM meant
), kept AS (
    INSERT INTO recall_item (recall_id, device_id, relais_id) SELECT recall_id, device_id, relais_id FROM meant
)
SELECT recall_id, label, relais_id, workshop_id FROM meant ORDER BY recall_id
"""
MOST = 1000
"""Devices of a recall that are shown at once; its counts are of all."""
_ITEMS = """
SELECT i.device_id, i.label, i.category, i.grade, i.manufacturer, i.model, i.status, i.workshop_name, x.relais_id,
    l.name AS relais_name, x.back_at, c.id AS case_id
FROM recall_item x JOIN stock_item i USING (device_id) JOIN recall r ON r.id = x.recall_id
LEFT JOIN relais l ON l.id = x.relais_id
LEFT JOIN LATERAL (
    SELECT id FROM after_sale_case c WHERE c.device_id = x.device_id AND c.opened_at >= r.started_at
    ORDER BY c.opened_at DESC LIMIT 1) c ON true
WHERE x.recall_id = $3 AND ($1::uuid[] IS NULL OR x.relais_id = ANY($1) OR i.workshop_id = ANY($2))
"""


class Concerned(NamedTuple):
    """A device that is meant, held by this transaction."""

    device_id: UUID
    status: str


class AtRelais(NamedTuple):
    """How many devices of a recall a Relais has still to bring back, and how many it has not any more."""

    name: str
    outside: int
    back: int


class Stopped(NamedTuple):
    """A device that nobody may be given, its recall, and who is written to."""

    recall_id: UUID
    label: str
    relais_id: UUID | None
    workshop_id: UUID


class Holder(NamedTuple):
    """Who is written to: a Relais with devices outside, or a workshop."""

    id: UUID
    devices: int


class Named(NamedTuple):
    """The device by which a recall is named."""

    lot_id: UUID
    category: str
    manufacturer: str | None
    model: str | None

    @property
    def name(self) -> str:
        return maker_and_model(self.manufacturer, self.model) or Category(self.category).label_fr


class RecallsRepository(Repository):
    # every tenant: the coordination names what it recalls
    async def by_label(self, label: str) -> Named | None:
        row = await (await self.driver()).fetchrow(
            "SELECT lot_id, category, manufacturer, model FROM stock_item WHERE label = $1"
            " ORDER BY ready_at DESC LIMIT 1",
            label,
        )
        return Named(*row) if row is not None else None

    # every tenant: the coordination looks before it recalls
    async def places(self, target: Target) -> list[PlaceCount]:
        """Where the devices are that are meant."""
        rows = await (await self.driver()).fetch(
            "SELECT i.status, l.name, i.workshop_name, count(*)::int FROM stock_item i"
            f" LEFT JOIN relais l ON l.id = i.relais_id WHERE {_IS_MEANT} AND i.status <> 'withdrawn' GROUP BY 1, 2, 3",
            *_meant(target),
        )
        return place_counts([tuple(row) for row in rows])

    # every tenant: the coordination recalls
    async def promised_orders(self, target: Target) -> list[UUID]:
        """Orders that hold devices which are meant and have not left."""
        rows = await (await self.driver()).fetch(
            f"SELECT DISTINCT i.order_id FROM stock_item i WHERE {_IS_MEANT} AND i.status = 'reserved' ORDER BY 1",
            *_meant(target),
        )
        return [row[0] for row in rows]

    # every tenant: the coordination recalls
    async def concerned_for_update(self, target: Target) -> list[Concerned]:
        """Hold the devices that are meant, in id order; their orders are locked already."""
        rows = await (await self.driver()).fetch(
            f"SELECT i.device_id, i.status FROM stock_item i WHERE {_IS_MEANT} AND i.status <> 'withdrawn'"
            " ORDER BY i.device_id FOR UPDATE OF i",
            *_meant(target),
        )
        return [Concerned(*row) for row in rows]

    # every tenant: the coordination recalls
    async def start(self, target: Target, reason: RecallReason, device_ids: Sequence[UUID]) -> UUID | None:
        """Write the recall with its devices; None when the same is under way."""
        driver = await self.driver()
        recall_id = await driver.fetchval(
            "INSERT INTO recall (id, what, lot_id, category, manufacturer, model, name, reason)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id",
            uuid7(),
            target.what.value,
            target.lot_id,
            target.category,
            target.manufacturer,
            target.model,
            target.name,
            reason.value,
        )
        if recall_id is None:
            return None
        await driver.execute(
            "INSERT INTO recall_item (recall_id, device_id, relais_id) SELECT $1, device_id,"
            " CASE WHEN status <> 'reserved' THEN relais_id END FROM stock_item WHERE device_id = ANY($2::uuid[])",
            recall_id,
            list(device_ids),
        )
        found: UUID = recall_id
        return found

    # every tenant: events act for no caller
    async def stop_for_update(self, device_ids: Sequence[UUID]) -> list[Stopped]:
        """Recall each of these devices alone, unless it is already; those that were not. Their orders are locked."""
        driver, devices = await self.driver(), sorted(device_ids)
        await driver.fetch(
            "SELECT FROM stock_item WHERE device_id = ANY($1::uuid[]) ORDER BY device_id FOR UPDATE", devices
        )
        rows = await driver.fetch(_STOP, [uuid7() for _ in devices], devices)
        return [Stopped(*row) for row in rows]

    # every tenant: of devices that the caller has locked
    async def hold(self, device_ids: Sequence[UUID]) -> None:
        """Nobody is promised those that are free, nor those that somebody was about to look at: why is kept."""
        await (await self.driver()).execute(
            "UPDATE stock_item SET status = 'held', updated_at = now(),"
            " check_reason = CASE status WHEN 'to_check' THEN coalesce(check_reason, 'other') END"
            " WHERE device_id = ANY($1::uuid[]) AND status IN ('available', 'to_check')",
            list(device_ids),
        )

    async def are_under_way(self) -> bool:
        """Whether any recall is, which is rare: else nothing that becomes ready need be looked at."""
        return bool(await (await self.driver()).fetchval("SELECT EXISTS (SELECT FROM recall WHERE ended_at IS NULL)"))

    # every tenant: of devices that the caller has found
    async def of_devices(self, device_ids: Sequence[UUID]) -> dict[UUID, UUID]:
        """Device → the recall under way that it is not back from."""
        rows = await (await self.driver()).fetch(
            "SELECT x.device_id, x.recall_id FROM recall_item x JOIN recall r ON r.id = x.recall_id"
            " WHERE x.device_id = ANY($1::uuid[]) AND x.back_at IS NULL AND r.ended_at IS NULL ORDER BY x.recall_id",
            list(device_ids),
        )
        return {row[0]: row[1] for row in rows}

    # every tenant: events act for no caller
    async def hold_what_is_meant(self, device_ids: Sequence[UUID]) -> None:
        """Of devices that became ready, those of a recall under way that its workshop has not checked since."""
        await (await self.driver()).execute(
            "WITH meant AS (SELECT r.id, i.device_id FROM stock_item i JOIN recall r ON r.ended_at IS NULL"
            " AND CASE WHEN r.lot_id IS NOT NULL THEN i.lot_id = r.lot_id ELSE i.category = r.category"
            " AND lower(i.model) = lower(r.model)"
            " AND lower(coalesce(i.manufacturer, '')) = lower(coalesce(r.manufacturer, '')) END"
            " WHERE i.device_id = ANY($1::uuid[]) AND i.status = 'available' AND NOT EXISTS ("
            "  SELECT 1 FROM recall_item x WHERE x.recall_id = r.id AND x.device_id = i.device_id)),"
            " kept AS (INSERT INTO recall_item (recall_id, device_id) SELECT id, device_id FROM meant)"
            " UPDATE stock_item i SET status = 'held', updated_at = now() FROM meant m WHERE m.device_id = i.device_id",
            list(device_ids),
        )

    # every tenant: events act for no caller
    async def back(self, device_ids: Sequence[UUID]) -> None:
        """Their workshop has them again: it checks them, and what it makes ready anew is free.

        The recall of one device alone is over with that.
        """
        await (await self.driver()).execute(
            "WITH back AS (UPDATE recall_item x SET back_at = now() FROM stock_item i WHERE i.device_id = x.device_id"
            " AND x.device_id = ANY($1::uuid[]) AND x.back_at IS NULL AND i.status = 'withdrawn' RETURNING x.recall_id)"
            " UPDATE recall r SET ended_at = now() FROM back"
            " WHERE r.id = back.recall_id AND r.what = 'device' AND r.ended_at IS NULL",
            list(device_ids),
        )

    # every tenant: the coordination ends it
    async def end(self, recall_id: UUID) -> bool:
        """It is over; what it held, and no other recall, is free again, or waits for a look as before.

        False when it was over before.
        """
        driver = await self.driver()
        if not await driver.fetchval(
            "UPDATE recall SET ended_at = now() WHERE id = $1 AND ended_at IS NULL RETURNING true", recall_id
        ):
            return False
        await driver.execute(
            "UPDATE stock_item i SET updated_at = now(),"
            " status = CASE WHEN i.check_reason IS NULL THEN 'available' ELSE 'to_check' END FROM recall_item x"
            " WHERE x.recall_id = $1 AND x.device_id = i.device_id AND i.status = 'held' AND NOT EXISTS ("
            "  SELECT 1 FROM recall_item o JOIN recall r ON r.id = o.recall_id WHERE o.device_id = i.device_id"
            "  AND r.ended_at IS NULL AND o.back_at IS NULL)",
            recall_id,
        )
        return True

    async def listing(self, relais: Scope, workshops: Scope) -> list[RecallOut]:
        """Recalls that concern the caller, those under way first, then the newest."""
        rows = await (await self.driver()).fetch(
            f"{_OUT} GROUP BY r.id ORDER BY r.ended_at IS NOT NULL, r.started_at DESC LIMIT 200",
            relais.ids,
            workshops.ids,
        )
        return [RecallOut.model_validate(dict(row)) for row in rows]

    async def get(self, relais: Scope, workshops: Scope, recall_id: UUID) -> RecallOut | None:
        row = await (await self.driver()).fetchrow(
            f"{_OUT} AND r.id = $3 GROUP BY r.id", relais.ids, workshops.ids, recall_id
        )
        return RecallOut.model_validate(dict(row)) if row is not None else None

    async def items(
        self, relais: Scope, workshops: Scope, recall_id: UUID, device_id: UUID | None = None, *, most: int = MOST
    ) -> list[RecalledOut]:
        """The devices of a recall that the caller may see, `most` of them: what is outside first, by Relais."""
        rows = await (await self.driver()).fetch(
            f"{_ITEMS} AND ($4::uuid IS NULL OR x.device_id = $4)"
            " ORDER BY (x.back_at IS NOT NULL OR i.status IN ('returning', 'withdrawn', 'lost')),"
            " i.status NOT IN ('shipped', 'delivered', 'lent', 'handed_over'), l.name, i.label LIMIT $5",
            relais.ids,
            workshops.ids,
            recall_id,
            device_id,
            most,
        )
        return [RecalledOut.model_validate(dict(row)) for row in rows]

    async def was_used(self, device_id: UUID) -> bool:
        """Whether somebody has used what lies on a Relais' shelf since it was promised to it."""
        return bool(await (await self.driver()).fetchval("SELECT used_since_promised($1)", device_id))

    async def by_relais(self, relais: Scope, workshops: Scope, recall_id: UUID) -> list[AtRelais]:
        """How far each Relais is, of the devices that the caller may see."""
        rows = await (await self.driver()).fetch(
            f"SELECT l.name, count(*) FILTER (WHERE {_IS_OUTSIDE})::int, count(*) FILTER (WHERE NOT {_IS_OUTSIDE})::int"
            " FROM recall_item x JOIN stock_item i USING (device_id) JOIN relais l ON l.id = x.relais_id"
            " WHERE x.recall_id = $3 AND ($1::uuid[] IS NULL OR x.relais_id = ANY($1) OR i.workshop_id = ANY($2))"
            " GROUP BY l.id, l.name ORDER BY l.name, l.id",
            relais.ids,
            workshops.ids,
            recall_id,
        )
        return [AtRelais(*row) for row in rows]

    # every tenant: of a recall that the caller has just begun
    async def relais_concerned(self, recall_id: UUID) -> list[Holder]:
        """Relais whose devices are outside, and how many."""
        rows = await (await self.driver()).fetch(
            "SELECT x.relais_id, count(*)::int FROM recall_item x JOIN stock_item i USING (device_id)"
            " WHERE x.recall_id = $1 AND i.status IN ('shipped', 'delivered', 'lent', 'handed_over')"
            " GROUP BY 1 ORDER BY 1",
            recall_id,
        )
        return [Holder(*row) for row in rows]

    # every tenant: of a recall that the caller has just begun
    async def workshops_concerned(self, recall_id: UUID) -> list[Holder]:
        """Workshops of all its devices, and how many."""
        rows = await (await self.driver()).fetch(
            "SELECT i.workshop_id, count(*)::int FROM recall_item x JOIN stock_item i USING (device_id)"
            " WHERE x.recall_id = $1 GROUP BY 1 ORDER BY 1",
            recall_id,
        )
        return [Holder(*row) for row in rows]

    async def handover_of(self, scope: Scope, device_id: UUID) -> UUID | None:
        """The handover of a device that a person of the caller's Relais has."""
        found: UUID | None = await (await self.driver()).fetchval(
            "SELECT id FROM handover WHERE relais_id = ANY($1::uuid[]) AND device_id = $2 AND returned_at IS NULL",
            scope.ids,
            device_id,
        )
        return found


def _meant(target: Target) -> tuple[UUID | None, str | None, str | None, str | None]:
    return target.lot_id, target.category, target.manufacturer, target.model
