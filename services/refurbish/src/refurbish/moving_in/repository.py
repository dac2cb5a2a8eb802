"""Queries of what moves in, in sets: a batch is hundreds of devices."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository
from filiere.movein.wire import CarriedWork, Progress

from refurbish.devices.device import Device, Medium
from refurbish.devices.repository import COLUMNS, device_of
from refurbish.erasure.repository import Erasure


class Waiting(NamedTuple):
    """A device that is announced, and what was said of it before."""

    device: Device
    source: str
    said: CarriedWork


class Wiped(NamedTuple):
    """A medium that is declared, with the erasure that the old tool recorded."""

    device: Device
    medium: Medium
    erasure: Erasure | None
    evidence: str | None


class MovingInRepository(Repository):
    async def lock(self, *, alone: bool) -> None:
        """Whoever tells of devices waits for those who hear that such devices come, and they for her.

        Else each would not see the other's row, and nobody ever put the device on its bench.
        """
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        await (await self.driver()).execute(f"SELECT {lock}(hashtextextended('moving-in', 0))")

    async def tell(self, source: str, devices: Sequence[tuple[UUID, CarriedWork]], by: str, at: datetime) -> int:
        """Keep what is said of devices; what was said first stays. Returns how many are new."""
        rows = await (await self.driver()).fetch(
            "INSERT INTO moving_in (id, source, said, told_at, told_by) "
            "SELECT u.id, $1, u.said::jsonb, $4, $5 FROM unnest($2::uuid[], $3::text[]) AS u(id, said) ORDER BY u.id "
            "ON CONFLICT (id) DO NOTHING RETURNING 1",
            *(source, [one for one, _ in devices], [said.model_dump_json() for _, said in devices], at, by),
        )
        return len(rows)

    async def progress(self, source: str) -> Progress:
        """How many devices were told of, and how many are on their bench."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) AS told, count(applied_at) AS done FROM moving_in WHERE source = $1", source
        )
        assert row is not None  # a count
        return Progress(told=row["told"], done=row["done"])

    # every tenant: events act for no caller, and the coordination moves all in
    async def lots_of_waiting(self, device_ids: Sequence[UUID]) -> list[UUID]:
        """Lots of those among these that are announced and were told of before; to be locked first."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT d.lot_id FROM moving_in m JOIN device d USING (id) "
            "WHERE m.id = ANY($1::uuid[]) AND m.applied_at IS NULL AND d.stage = 'expected' ORDER BY 1",
            device_ids,
        )
        return [row["lot_id"] for row in rows]

    # every tenant: of lots that the caller has locked
    async def waiting_for_update(self, device_ids: Sequence[UUID]) -> list[Waiting]:
        """The devices themselves, locked in the order of their ids."""
        columns = ", ".join(f"d.{name.strip()}" for name in COLUMNS.split(","))
        rows = await (await self.driver()).fetch(
            f"SELECT m.source AS told_by_source, m.said AS said_before, {columns} FROM moving_in m "
            "JOIN device d USING (id) WHERE m.id = ANY($1::uuid[]) AND m.applied_at IS NULL AND d.stage = 'expected' "
            "ORDER BY d.id FOR NO KEY UPDATE OF d, m",
            device_ids,
        )
        found = []
        for row in rows:
            own = {name: value for name, value in row.items() if name not in ("told_by_source", "said_before")}
            said = CarriedWork.model_validate(row["said_before"])
            found.append(Waiting(device_of(own), row["told_by_source"], said))
        return found

    # every tenant: of devices that the caller has locked
    async def put_media(self, wiped: Sequence[Wiped], at: datetime) -> None:
        """Media, then their erasures, then which of these counts: each asked again by the triggers of the gate."""
        driver = await self.driver()
        await driver.execute(
            "INSERT INTO storage_medium (workshop_id, device_id, id, serial, kind, size_gb, origin, declared_by, "
            "declared_at) SELECT u.*, 'person', 'reprise', $7 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], "
            "$4::text[], $5::text[], $6::float8[]) AS u",
            [one.device.workshop_id for one in wiped],
            [one.device.id for one in wiped],
            [one.medium.id for one in wiped],
            [one.medium.serial for one in wiped],
            [one.medium.kind.value for one in wiped],
            [one.medium.size_gb for one in wiped],
            at,
        )
        recorded = [(one.device.workshop_id, one.erasure, one.evidence) for one in wiped if one.erasure is not None]
        if not recorded:
            return
        await driver.execute(
            "INSERT INTO erasure (workshop_id, id, device_id, medium_id, medium_serial, level, method, tool, "
            "tool_version, result, operator, operator_name, verified, verified_by, evidence, evidence_sha256, "
            "erased_at) SELECT u.workshop, u.id, u.device, u.medium, u.serial, u.level, u.method, u.tool, u.version, "
            "'success', u.who, u.who, u.verifier IS NOT NULL, u.verifier, u.evidence, "
            "encode(sha256(convert_to(u.evidence, 'UTF8')), 'hex'), u.at "
            "FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], "
            "$8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[]) AS u(workshop, id, "
            "device, medium, serial, level, method, tool, version, who, verifier, evidence, at)",
            [workshop for workshop, _, _ in recorded],
            [one.id for _, one, _ in recorded],
            [one.device_id for _, one, _ in recorded],
            [one.medium_id for _, one, _ in recorded],
            [one.medium_serial for _, one, _ in recorded],
            [one.level.value for _, one, _ in recorded],
            [one.method for _, one, _ in recorded],
            [one.tool for _, one, _ in recorded],
            [one.tool_version for _, one, _ in recorded],
            [one.operator_name for _, one, _ in recorded],
            [one.verified_by for _, one, _ in recorded],
            [evidence for _, _, evidence in recorded],
            [one.erased_at for _, one, _ in recorded],
        )
        proved = [one.medium for one in wiped if one.medium.wiped_by is not None]
        await driver.execute(
            "UPDATE storage_medium m SET wiped_by = u.erasure FROM unnest($1::uuid[], $2::uuid[]) AS u(id, erasure) "
            "WHERE m.id = u.id",
            [one.id for one in proved],
            [one.wiped_by for one in proved],
        )

    async def applied(self, device_ids: Sequence[UUID], at: datetime) -> None:
        """They are on their bench."""
        await (await self.driver()).execute(
            "UPDATE moving_in SET applied_at = $2 WHERE id = ANY($1::uuid[])", device_ids, at
        )
