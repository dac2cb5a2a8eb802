"""Queries of the audits. The caller has found the device for its principal."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Repository
from filiere.inventories.facts import HardwareFacts


@dataclass(frozen=True, slots=True)
class Audit:
    """A kept inventory."""

    id: UUID
    device_id: UUID
    sha256: str
    facts: HardwareFacts
    serial_matches: bool | None
    auditor: str
    audited_at: datetime


_COLUMNS = "id, device_id, sha256, facts, serial_matches, auditor, audited_at"
# As text: the model reads JSON itself, in one pass.
_READ = _COLUMNS.replace("facts", "facts::text")


# every tenant: of a device that the caller has found
class AuditRepository(Repository):
    async def insert(self, workshop_id: UUID, audit: Audit) -> bool:
        """Keep an audit; False when this very file was sent before."""
        row = await (await self.driver()).fetchrow(
            f"INSERT INTO audit (workshop_id, {_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
            "ON CONFLICT (device_id, sha256) DO NOTHING RETURNING id",
            workshop_id,
            audit.id,
            audit.device_id,
            audit.sha256,
            audit.facts.model_dump_json(),
            audit.serial_matches,
            audit.auditor,
            audit.audited_at,
        )
        return row is not None

    async def of_device(self, device_id: UUID) -> list[Audit]:
        """Newest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_READ} FROM audit WHERE device_id = $1 ORDER BY id DESC LIMIT 50", device_id
        )
        return [_audit(row) for row in rows]

    async def newest(self, device_id: UUID) -> Audit | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_READ} FROM audit WHERE device_id = $1 ORDER BY id DESC LIMIT 1", device_id
        )
        return _audit(row) if row is not None else None

    async def by_hash(self, device_id: UUID, sha256: str) -> Audit | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_READ} FROM audit WHERE device_id = $1 AND sha256 = $2", device_id, sha256
        )
        return _audit(row) if row is not None else None


def _audit(row: Any) -> Audit:
    return Audit(**{**dict(row), "facts": HardwareFacts.model_validate_json(row["facts"])})
