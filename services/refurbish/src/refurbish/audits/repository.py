"""Queries of the audits. The caller has found the device for its principal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from filiere.database import Repository
from filiere.inventories.facts import HardwareFacts

from refurbish.audits.audit import Audit, Status, WithdrawnFor

MOST = 50
_COLUMNS = "id, device_id, sha256, facts, serial_matches, auditor, audited_at, file_hash, status, gave_serial"
_ENDS = "reason, withdrawn_by, withdrawn_at"
# As text: the model reads JSON itself, in one pass.
_READ = f"{_COLUMNS.replace('facts', 'facts::text')}, {_ENDS}"


# every tenant: of a device that the caller has found
class AuditRepository(Repository):
    async def insert(self, workshop_id: UUID, audit: Audit) -> Audit:
        """Keep an audit, or one that was taken back once more; the one that is there when this file was sent before."""
        row = await (await self.driver()).fetchrow(
            f"INSERT INTO audit (workshop_id, {_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
            "ON CONFLICT (device_id, sha256) DO UPDATE SET status = EXCLUDED.status, facts = EXCLUDED.facts, "
            "auditor = EXCLUDED.auditor, audited_at = EXCLUDED.audited_at, file_hash = EXCLUDED.file_hash, "
            "serial_matches = EXCLUDED.serial_matches, gave_serial = false, "
            "reason = NULL, withdrawn_by = NULL, withdrawn_at = NULL "
            f"WHERE audit.status = 'withdrawn' RETURNING {_READ}",
            workshop_id,
            audit.id,
            audit.device_id,
            audit.sha256,
            audit.facts.model_dump_json(),
            audit.serial_matches,
            audit.auditor,
            audit.audited_at,
            audit.file_hash,
            audit.status.value,
            audit.gave_serial,
        )
        if row is None:
            row = await (await self.driver()).fetchrow(
                f"SELECT {_READ} FROM audit WHERE device_id = $1 AND sha256 = $2", audit.device_id, audit.sha256
            )
        return _audit(row)

    async def of_device(self, device_id: UUID) -> list[Audit]:
        """Newest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_READ} FROM audit WHERE device_id = $1 ORDER BY audited_at DESC, id DESC LIMIT {MOST}", device_id
        )
        return [_audit(row) for row in rows]

    async def of_devices(self, device_ids: Sequence[UUID]) -> dict[UUID, list[Audit]]:
        """Newest first, by device."""
        rows = await (await self.driver()).fetch(
            f"SELECT a.* FROM unnest($1::uuid[]) AS d(id) CROSS JOIN LATERAL (SELECT {_READ} FROM audit "
            f"WHERE device_id = d.id ORDER BY audited_at DESC, id DESC LIMIT {MOST}) a",
            device_ids,
        )
        found: dict[UUID, list[Audit]] = {}
        for row in rows:
            found.setdefault(row["device_id"], []).append(_audit(row))
        return found

    async def get(self, device_id: UUID, audit_id: UUID) -> Audit | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_READ} FROM audit WHERE device_id = $1 AND id = $2", device_id, audit_id
        )
        return _audit(row) if row is not None else None

    async def has(self, device_id: UUID, sha256: str) -> bool:
        """Whether this file was sent for this device, and is not taken back."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM audit WHERE device_id = $1 AND sha256 = $2)", device_id, sha256
        )
        return found

    async def save(self, audit: Audit, workshop_id: UUID) -> None:
        """What somebody decided about an audit; a device's workshop goes with it."""
        await (await self.driver()).execute(
            "UPDATE audit SET device_id = $2, workshop_id = $3, serial_matches = $4, status = $5, gave_serial = $6, "
            "reason = $7, withdrawn_by = $8, withdrawn_at = $9 WHERE id = $1",
            audit.id,
            audit.device_id,
            workshop_id,
            audit.serial_matches,
            audit.status.value,
            audit.gave_serial,
            audit.reason.value if audit.reason else None,
            audit.withdrawn_by,
            audit.withdrawn_at,
        )


def _audit(row: Any) -> Audit:
    values = dict(row)
    values["facts"] = HardwareFacts.model_validate_json(values["facts"])
    values["status"] = Status(values["status"])
    values["reason"] = WithdrawnFor(values["reason"]) if values["reason"] else None
    return Audit(**values)
