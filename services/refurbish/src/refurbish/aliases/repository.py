"""Queries of aliases, and of what a text identifies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from refurbish.aliases.kinds import AliasKind

_MINE = "($1::uuid[] IS NULL OR d.workshop_id = ANY($1))"
_WHICH_IS = "JOIN device t ON t.id = coalesce(d.merged_into, d.id)"


class Alias(NamedTuple):
    id: UUID
    kind: AliasKind
    value: str
    added_by: str
    added_at: datetime


class Known(NamedTuple):
    """The device of an identifier. `others`: how many more have it too; then it names none of them."""

    label: str
    lot_id: UUID
    others: int


class AliasRepository(Repository):
    async def known(self, scope: Scope, values: Sequence[str]) -> dict[str, Known]:
        """Identifier → its device: by the label, the serial, or an alias. A label of its own goes before an alias.

        What names a row that was merged names the device that it is.
        """
        rows = await (await self.driver()).fetch(
            f"""SELECT value, (array_agg(label ORDER BY own DESC, label))[1] AS label,
                (array_agg(lot_id ORDER BY own DESC, label))[1] AS lot_id,
                CASE WHEN bool_or(own) THEN 0 ELSE count(DISTINCT label) - 1 END AS others
            FROM (
                SELECT d.label AS value, t.label, t.lot_id, true AS own FROM device d {_WHICH_IS}
                WHERE {_MINE} AND d.label = ANY($2::text[])
                UNION ALL SELECT d.serial, t.label, t.lot_id, false FROM device d {_WHICH_IS}
                WHERE {_MINE} AND d.serial = ANY($2::text[])
                UNION ALL SELECT a.value, t.label, t.lot_id, false
                FROM alias a JOIN device d ON d.id = a.device_id {_WHICH_IS}
                WHERE {_MINE} AND a.value = ANY($2::text[])
            ) found GROUP BY value""",
            scope.ids,
            list(values),
        )
        return {row["value"]: Known(row["label"], row["lot_id"], row["others"]) for row in rows}

    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> list[Alias]:
        rows = await (await self.driver()).fetch(
            "SELECT id, kind, value, added_by, added_at FROM alias WHERE device_id = $1 ORDER BY id", device_id
        )
        return [_alias(row) for row in rows]

    # every tenant: of devices that the caller has found
    async def of_devices(self, device_ids: Sequence[UUID]) -> dict[UUID, list[Alias]]:
        rows = await (await self.driver()).fetch(
            "SELECT device_id, id, kind, value, added_by, added_at FROM alias WHERE device_id = ANY($1::uuid[]) "
            "ORDER BY id",
            list(device_ids),
        )
        found: dict[UUID, list[Alias]] = {}
        for row in rows:
            found.setdefault(row["device_id"], []).append(_alias(row))
        return found

    # every tenant: of devices that the caller has locked, or that an event announces
    async def add(
        self, devices: Sequence[UUID], kinds: Sequence[AliasKind], values: Sequence[str], *, by: str, at: datetime
    ) -> None:
        """What a device has already stays as it is; what is its own label or serial is no alias."""
        await (await self.driver()).execute(
            "INSERT INTO alias (id, device_id, kind, value, added_by, added_at) "
            "SELECT u.id, u.device, u.kind, u.value, $5, $6 "
            "FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS u(id, device, kind, value) "
            "JOIN device d ON d.id = u.device AND d.label <> u.value AND d.serial IS DISTINCT FROM u.value "
            "ON CONFLICT (device_id, value) DO NOTHING",
            [uuid7() for _ in devices],
            list(devices),
            [kind.value for kind in kinds],
            list(values),
            by,
            at,
        )

    # every tenant: of a device that the caller has locked
    async def remove(self, device_id: UUID, alias_id: UUID) -> Alias | None:
        row = await (await self.driver()).fetchrow(
            "DELETE FROM alias WHERE device_id = $1 AND id = $2 RETURNING id, kind, value, added_by, added_at",
            *(device_id, alias_id),
        )
        return _alias(row) if row is not None else None

    # every tenant: of a device that the caller has locked
    async def remove_value(self, device_id: UUID, value: str) -> None:
        await (await self.driver()).execute("DELETE FROM alias WHERE device_id = $1 AND value = $2", device_id, value)


def _alias(row: Any) -> Alias:
    return Alias(row["id"], AliasKind(row["kind"]), row["value"], row["added_by"], row["added_at"])
