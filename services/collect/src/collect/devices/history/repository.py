"""Queries of what happened to devices."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Repository, Scope

from collect.devices.history.steps import Told

Row = tuple[UUID, UUID, str, datetime, dict[str, Any]]
"""(device, event, kind, when, facts)."""
EVENTS_AT_ONCE = 500


class HistoryRepository(Repository):
    # every tenant: events act for no caller
    async def add(self, axis: str, rows: Sequence[Row]) -> None:
        """Keep what a slice of one log says of devices that are known here; what is kept already stays as it is."""
        await (await self.driver()).execute(
            """INSERT INTO device_event (donor_id, device_id, id, axis, kind, at, facts)
            SELECT v.donor_id, u.device_id, u.id, $1, u.kind, u.at, u.facts::jsonb
            FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[])
                WITH ORDINALITY AS u(device_id, id, kind, at, facts, place)
            JOIN device v ON v.id = u.device_id ORDER BY u.place
            ON CONFLICT (device_id, id) DO NOTHING""",
            axis,
            [device for device, *_ in rows],
            [event for _, event, *_ in rows],
            [kind for _, _, kind, _, _ in rows],
            [at for _, _, _, at, _ in rows],
            [json.dumps(facts) for *_, facts in rows],
        )

    async def of(self, scope: Scope, device_id: UUID) -> list[Told]:
        """All that was told of one device, in the order of arrival."""
        found = await (await self.driver()).fetch(
            """SELECT axis, number, kind, at, facts FROM device_event
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND device_id = $2 ORDER BY number""",
            scope.ids,
            device_id,
        )
        return [Told(**dict(row)) for row in found]

    async def picked_up(self, scope: Scope, donation_id: UUID) -> datetime | None:
        """When a donation was fetched: what was not there then has no such instant of its own."""
        found: datetime | None = await (await self.driver()).fetchval(
            "SELECT collected_at FROM donation WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2",
            *(scope.ids, donation_id),
        )
        return found

    async def of_donation(self, scope: Scope, donation_id: UUID) -> AsyncIterator[tuple[str, UUID, Told]]:
        """(label, event, what it told) of all devices of a donation, one device after the other, while it is read."""
        cursor = await (await self.driver()).cursor(
            """SELECT v.label, e.id, e.axis, e.number, e.kind, e.at, e.facts
            FROM device v JOIN device_event e ON e.device_id = v.id
            WHERE ($1::uuid[] IS NULL OR v.donor_id = ANY($1)) AND v.donation_id = $2 ORDER BY v.id, e.number""",
            scope.ids,
            donation_id,
        )
        while rows := await cursor.fetch(EVENTS_AT_ONCE):
            for label, event_id, *told in rows:
                yield label, event_id, Told(*told)
