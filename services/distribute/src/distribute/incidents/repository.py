"""SQL of incidents."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.incidents.schemas import IncidentOut
from distribute.incidents.status import IncidentKind, Outcome, Side
from distribute.shipments.repository import LockedShipment
from distribute.shipments.schemas import reference
from distribute.tenancy import seen_by_either

_COLUMNS = """
n.id, n.kind, n.side, n.is_kept, n.note, n.file_hash IS NOT NULL AS has_photo, n.said_at, n.outcome, n.settled_at,
n.shipment_id, s.number, s.order_id, n.relais_id, r.name AS relais_name, n.workshop_id, s.workshop_name, s.carrier,
s.tracking, n.device_id, i.label, i.category, i.manufacturer, i.model, i.status, n.replacement_id,
instead.label AS replacement_label
"""
_FROM = """
incident n JOIN shipment s ON s.id = n.shipment_id JOIN relais r ON r.id = n.relais_id
JOIN stock_item i ON i.device_id = n.device_id LEFT JOIN stock_item instead ON instead.device_id = n.replacement_id
"""
_VISIBLE = "($1::uuid[] IS NULL OR n.relais_id = ANY($1) OR n.workshop_id = ANY($2))"
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("n.said_at", Kind.INSTANT), Key("n.id", Kind.ID), down=True)},
    counted="incident n",
)
_SETTLE = """
UPDATE incident SET outcome = $2, settled_at = now() WHERE device_id = ANY($1::uuid[]) AND settled_at IS NULL
"""


class Picture(NamedTuple):
    """The photo of an incident, as it is kept."""

    file_hash: str
    size: int
    media_type: str


class IncidentsRepository(Repository):
    async def listing(
        self, relais: Scope, workshops: Scope, *, is_open: bool | None = None, kind: str = "", part: Part
    ) -> Found[IncidentOut]:
        """Incidents the caller may see, newest first."""
        wanted = seen_by_either(relais, workshops, "n")
        if is_open is not None:
            wanted.add("(n.settled_at IS NULL) = {}", is_open)
        if kind:
            wanted.add("n.kind = {}", kind)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: _incident(listed(row)))

    async def get(self, relais: Scope, workshops: Scope, incident_id: UUID) -> IncidentOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_VISIBLE} AND n.id = $3", relais.ids, workshops.ids, incident_id
        )
        return _incident(dict(row)) if row is not None else None

    async def picture(self, relais: Scope, workshops: Scope, incident_id: UUID) -> Picture | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT f.hash, f.size, f.media_type FROM incident n JOIN file f ON f.hash = n.file_hash"
            f" WHERE {_VISIBLE} AND n.id = $3",
            relais.ids,
            workshops.ids,
            incident_id,
        )
        return Picture(*row) if row is not None else None

    # every tenant: of a shipment that the caller holds
    async def of_shipment(self, shipment_id: UUID) -> list[IncidentOut]:
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE n.shipment_id = $1 ORDER BY n.said_at, n.id LIMIT 500", shipment_id
        )
        return [_incident(dict(row)) for row in rows]

    # every tenant: of a shipment that the caller holds
    async def say_missing(self, shipment: LockedShipment, device_ids: Sequence[UUID], side: Side, note: str) -> int:
        """Note that these are not there; of those that somebody said so already nothing changes. How many are new."""
        rows = await (await self.driver()).fetch(
            "INSERT INTO incident (id, relais_id, workshop_id, shipment_id, device_id, kind, side, is_kept, note)"
            " SELECT u.id, $3, $4, $5, u.device_id, 'missing', $6, false, $7"
            " FROM unnest($1::uuid[], $2::uuid[]) AS u(id, device_id)"
            " ON CONFLICT (device_id) WHERE settled_at IS NULL DO NOTHING RETURNING id",
            [uuid7() for _ in device_ids],
            list(device_ids),
            shipment.relais_id,
            shipment.workshop_id,
            shipment.id,
            side.value,
            note or None,
        )
        return len(rows)

    # every tenant: of a shipment that the caller holds
    async def add(
        self,
        shipment: LockedShipment,
        device_id: UUID,
        kind: IncidentKind,
        side: Side,
        *,
        note: str,
        file_hash: str | None,
        outcome: Outcome,
        replacement_id: UUID | None,
    ) -> UUID:
        """Note what was wrong with a device that arrived, and what became of it at once."""
        incident_id = uuid7()
        await (await self.driver()).execute(
            "INSERT INTO incident (id, relais_id, workshop_id, shipment_id, device_id, kind, side, is_kept, note,"
            " file_hash, outcome, replacement_id, settled_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, now())",
            incident_id,
            shipment.relais_id,
            shipment.workshop_id,
            shipment.id,
            device_id,
            kind.value,
            side.value,
            outcome is Outcome.KEPT,
            note or None,
            file_hash,
            outcome.value,
            replacement_id,
        )
        return incident_id

    # every tenant: of devices that the caller has locked
    async def settle(self, device_ids: Sequence[UUID], outcome: Outcome) -> None:
        """End what is open about these devices."""
        await (await self.driver()).execute(_SETTLE, list(device_ids), outcome.value)

    # every tenant: of an incident whose order the caller holds
    async def settle_one(self, incident_id: UUID, outcome: Outcome, replacement_id: UUID | None) -> None:
        await (await self.driver()).execute(
            "UPDATE incident SET outcome = $2, replacement_id = coalesce($3, replacement_id), settled_at = now()"
            " WHERE id = $1",
            incident_id,
            outcome.value,
            replacement_id,
        )

    # every tenant: of an incident that the caller has found
    async def illustrate(self, incident_id: UUID, file_hash: str) -> None:
        await (await self.driver()).execute("UPDATE incident SET file_hash = $2 WHERE id = $1", incident_id, file_hash)

    # every tenant: of devices that the caller's order holds, or that events speak of
    async def stand(self, device_ids: Sequence[UUID], before: str, after: str) -> list[UUID]:
        """Move devices that stand there; those that moved."""
        rows = await (await self.driver()).fetch(
            "UPDATE stock_item SET status = $3, updated_at = now() WHERE device_id = ANY($1::uuid[]) AND status = $2"
            " RETURNING device_id",
            list(device_ids),
            before,
            after,
        )
        return sorted(row[0] for row in rows)


def _incident(row: dict[str, object]) -> IncidentOut:
    number = row["number"]
    assert isinstance(number, int)
    return IncidentOut.model_validate({**row, "reference": reference(number)})
