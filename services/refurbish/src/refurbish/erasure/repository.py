"""Queries of media and erasures. The device is locked by the caller; its media are guarded by triggers besides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
from filiere.catalogue.grades import StorageKind
from filiere.database import Repository, Scope

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.devices.events import ErasedMedium, GoneMedium
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.erasure.initials import initials


@dataclass(frozen=True, slots=True)
class Erasure:
    """One attempt on one medium."""

    id: UUID
    device_id: UUID
    medium_id: UUID
    medium_serial: str
    level: Level
    method: str
    tool: str
    tool_version: str
    result: ErasureResult
    operator: str
    operator_name: str
    verified: bool
    verified_by: str | None
    evidence_sha256: str | None
    erased_at: datetime
    report_id: UUID | None = None
    despite: tuple[str, ...] = ()
    refused: str | None = None  # why the second person does not confirm it


class LastUsed(NamedTuple):
    """How somebody wiped, in the words of the form."""

    level: str
    method: str
    tool: str
    tool_version: str


class InAnother(NamedTuple):
    """Where a disk with some number is. `leaves`: somebody said that it is gone from there, and nobody has answered."""

    label: str
    serial: str
    leaves: bool


class Elsewhere(NamedTuple):
    """A disk of another device, to which the same report may go."""

    device_id: UUID
    label: str
    serial: str


_COLUMNS = """id, device_id, medium_id, medium_serial, level, method, tool, tool_version, result, operator,
    operator_name, verified, verified_by, evidence_sha256, erased_at, report_id, despite"""
# The same with what a second person said since, as herself.
_SHOWN = """e.id, device_id, medium_id, medium_serial, level, method, tool, tool_version, result, operator,
    operator_name, verified OR coalesce(v.confirmed, false) AS verified,
    CASE WHEN v.confirmed THEN v.verifier_name ELSE verified_by END AS verified_by,
    coalesce(evidence_sha256, r.file_hash) AS evidence_sha256, erased_at, report_id, despite, v.reason AS refused"""
_FROM = """erasure e LEFT JOIN verification v ON v.erasure_id = e.id
    LEFT JOIN erasure_report r ON r.id = e.report_id"""


class ErasureRepository(Repository):
    # every tenant: of a device that the caller has locked
    async def add_media(self, device: Device, media: Sequence[Medium], *, by: str, at: datetime) -> None:
        await (await self.driver()).execute(
            "INSERT INTO storage_medium "
            "(workshop_id, device_id, origin, declared_by, declared_at, id, serial, kind, size_gb) "
            "SELECT $1, $2, $3, $4, $5, u.* FROM unnest($6::uuid[], $7::text[], $8::text[], $9::float8[]) AS u",
            device.workshop_id,
            device.id,
            media[0].origin,
            by,
            at,
            [medium.id for medium in media],
            [medium.serial for medium in media],
            [medium.kind.value for medium in media],
            [medium.size_gb for medium in media],
        )

    # every tenant: whether a number is taken, and nothing of whose
    async def is_taken(self, device_id: UUID, medium_id: UUID) -> bool:
        """Also by a disk of this device that came back, or was corrected, by the form of this number."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM storage_medium WHERE id = $2)"
            " OR EXISTS (SELECT 1 FROM storage_medium WHERE device_id = $1 AND form_id = $2)",
            *(device_id, medium_id),
        )
        return found

    # every tenant: of a medium that the caller has found
    async def is_of_form(self, medium_id: UUID, form_id: UUID) -> bool:
        """Whether this form added it, brought it back or corrected it."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM storage_medium WHERE id = $1 AND (id = $2 OR form_id = $2))",
            *(medium_id, form_id),
        )
        return found

    # every tenant: of a device that the caller has locked
    async def keep_form(self, device_id: UUID, serial: str, form_id: UUID) -> None:
        """What a form said of a medium that was there, or away: said twice, it is one word."""
        await (await self.driver()).execute(
            "UPDATE storage_medium SET form_id = $3 WHERE device_id = $1 AND serial = $2 AND id <> $3",
            *(device_id, serial, form_id),
        )

    # every tenant: of a device that the caller has locked
    async def save_media(self, media: Sequence[Medium]) -> None:
        await (await self.driver()).execute(
            "UPDATE storage_medium m SET kind = u.kind, size_gb = u.size_gb, wiped_by = u.wiped_by "
            "FROM unnest($1::uuid[], $2::text[], $3::float8[], $4::uuid[]) AS u(id, kind, size_gb, wiped_by) "
            "WHERE m.id = u.id",
            [medium.id for medium in media],
            [medium.kind.value for medium in media],
            [medium.size_gb for medium in media],
            [medium.wiped_by for medium in media],
        )

    # every tenant: of a device that the caller has locked
    async def insert(self, workshop_id: UUID, erasure: Erasure, evidence: str | None) -> None:
        await (await self.driver()).execute(
            f"INSERT INTO erasure ({_COLUMNS}, workshop_id, evidence) "
            f"VALUES ({', '.join(f'${n}' for n in range(1, 20))})",
            erasure.id,
            erasure.device_id,
            erasure.medium_id,
            erasure.medium_serial,
            erasure.level.value,
            erasure.method,
            erasure.tool,
            erasure.tool_version,
            erasure.result.value,
            erasure.operator,
            erasure.operator_name,
            erasure.verified,
            erasure.verified_by,
            erasure.evidence_sha256 if erasure.report_id is None else None,
            erasure.erased_at,
            erasure.report_id,
            list(erasure.despite),
            workshop_id,
            evidence,
        )

    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> list[Erasure]:
        """Every attempt on a device's media, oldest first. The caller has found the device for its principal."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_SHOWN} FROM {_FROM} WHERE device_id = $1 ORDER BY e.id", device_id
        )
        return [_erasure(row) for row in rows]

    # every tenant: of media of a device that the caller has locked
    async def latest(self, device_id: UUID, medium_serial: str) -> Erasure | None:
        """The latest attempt on one medium since nobody else had it."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_SHOWN} FROM {_FROM} WHERE device_id = $1 AND medium_serial = $2 "
            "AND e.cycle >= (SELECT d.wipe_from FROM device d WHERE d.id = $1) ORDER BY e.id DESC LIMIT 1",
            device_id,
            medium_serial,
        )
        return _erasure(row) if row is not None else None

    async def last_used(self, scope: Scope, operator: str, kind: StorageKind, here: UUID | None) -> LastUsed | None:
        """With what a disk of this kind was last wiped at this bench (`here`), else by this person, and it went well;
        nothing was destroyed."""
        used = (
            "SELECT e.level, e.method, e.tool, e.tool_version "
            "FROM erasure e JOIN storage_medium m ON m.id = e.medium_id "
            "WHERE ($1::uuid[] IS NULL OR e.workshop_id = ANY($1)) AND {whose} AND m.kind = $3 "
            "AND e.result = 'success' AND e.level <> 'destroy' ORDER BY e.id DESC LIMIT 1"
        )
        driver, row = await self.driver(), None
        if here is not None:
            row = await driver.fetchrow(used.format(whose="e.id = $2"), scope.ids, here, kind.value)
        if row is None:  # by itself: it reads the index of a person backwards, and stops at the first
            row = await driver.fetchrow(used.format(whose="e.operator = $2"), scope.ids, operator, kind.value)
        return None if row is None else LastUsed(**row)

    async def last_verifier(self, scope: Scope, operator: str, name: str, here: UUID | None) -> str | None:
        """Who verified last what was wiped by whoever wiped last at this bench (`here`), else by this person: a name
        to call, never the caller's own."""
        found: str | None = await (await self.driver()).fetchval(
            "SELECT v.verifier_name FROM erasure e JOIN verification v ON v.erasure_id = e.id "
            "WHERE ($1::uuid[] IS NULL OR e.workshop_id = ANY($1)) AND e.operator = coalesce((SELECT h.operator "
            "FROM erasure h WHERE h.id = $4 AND ($1::uuid[] IS NULL OR h.workshop_id = ANY($1))), $2) "
            "AND v.confirmed AND v.verifier <> $2 AND v.verifier_name <> $3 ORDER BY e.id DESC LIMIT 1",
            scope.ids,
            operator,
            name,
            here,
        )
        return found

    async def elsewhere(self, scope: Scope, serials: Sequence[str]) -> list[Elsewhere]:
        """Unwiped disks with these serials, in the workshop's other devices: of a log of a whole shelf."""
        rows = await (await self.driver()).fetch(
            "SELECT m.device_id, d.label, m.serial FROM storage_medium m JOIN device d ON d.id = m.device_id "
            "WHERE ($1::uuid[] IS NULL OR m.workshop_id = ANY($1)) AND m.wiped_by IS NULL "
            # As is_same_serial says it: makers put letters in front.
            "AND EXISTS (SELECT 1 FROM unnest($2::text[]) AS s WHERE s = m.serial "
            "OR (length(m.serial) >= 6 AND right(s, length(m.serial)) = m.serial) "
            "OR (length(s) >= 6 AND right(m.serial, length(s)) = s)) ORDER BY d.label LIMIT 50",
            scope.ids,
            list(serials),
        )
        return [Elsewhere(**row) for row in rows]

    # every tenant: of the workshop of a device that the caller has locked
    async def in_another(self, device: Device, serial: str, source: UUID | None) -> InAnother | None:
        """Another device of its workshop in which a medium has this number.

        None that was taken out there counts, or of which somebody says that it was put into this device; nor what was
        harvested from `source`.
        """
        row = await (await self.driver()).fetchrow(
            "SELECT d.label, m.serial, x.id IS NOT NULL AS leaves FROM storage_medium m "
            "JOIN device d ON d.id = m.device_id "
            "LEFT JOIN medium_exit x ON x.medium_id = m.id "
            "AND NOT EXISTS (SELECT 1 FROM exit_answer a WHERE a.exit_id = x.id) "
            "AND NOT EXISTS (SELECT 1 FROM exit_taken_back b WHERE b.exit_id = x.id) "
            "WHERE m.serial = $2 AND m.workshop_id = $3 AND m.device_id <> $1 AND m.gone_by IS NULL "
            "AND d.merged_into IS NULL AND m.device_id IS DISTINCT FROM $4 AND x.went_to IS DISTINCT FROM $5 "
            "ORDER BY d.label LIMIT 1",
            *(device.id, serial, device.workshop_id, source, device.label),
        )
        return InAnother(**row) if row is not None else None

    # every tenant: of devices that the caller has found
    async def wiped_and_gone(
        self, device_ids: Sequence[UUID]
    ) -> dict[UUID, tuple[list[ErasedMedium], list[GoneMedium]]]:
        """What the event says of each medium: wiped, by the erasure that counts for it, or taken out; by device."""
        rows = await (await self.driver()).fetch(
            "SELECT m.device_id, m.serial, m.kind, e.id AS erasure_id, e.level, e.method, e.tool, e.tool_version, "
            "e.erased_at, nullif(e.operator_name, e.operator) AS operator, "
            "coalesce(e.verified_by, nullif(v.verifier_name, v.verifier)) AS verifier, "
            "x.reason AS exit_reason, a.answered_at AS gone_at, nullif(x.asked_by_name, x.asked_by) AS asked_by, "
            "nullif(a.answered_by_name, a.answered_by) AS answered_by "
            "FROM storage_medium m LEFT JOIN erasure e ON e.id = m.wiped_by "
            "LEFT JOIN verification v ON v.erasure_id = e.id AND v.confirmed "
            "LEFT JOIN medium_exit x ON x.id = m.gone_by LEFT JOIN exit_answer a ON a.exit_id = x.id "
            "WHERE m.device_id = ANY($1::uuid[]) ORDER BY m.id",
            device_ids,
        )
        found: dict[UUID, tuple[list[ErasedMedium], list[GoneMedium]]] = {one: ([], []) for one in device_ids}
        for row in rows:
            wiped, gone = found[row["device_id"]]
            if row["erasure_id"] is not None:
                wiped.append(_wiped(row))
            if row["exit_reason"] is not None:
                gone.append(_gone(row))
        return found

    # every tenant: of media of a device that the caller has locked
    async def bring_back(self, media: Sequence[Medium]) -> None:
        """Media that were gone are in their device again."""
        await (await self.driver()).execute(
            "UPDATE storage_medium SET gone_by = NULL, wiped_by = u.wiped_by "
            "FROM unnest($1::uuid[], $2::uuid[]) AS u(id, wiped_by) WHERE storage_medium.id = u.id",
            [medium.id for medium in media],
            [medium.wiped_by for medium in media],
        )

    # every tenant: of a device that the caller has locked
    async def forget(self, device: Device) -> None:
        """Somebody had it: what was wiped before counts for none of its media, but those that were destroyed."""
        driver = await self.driver()
        await driver.execute(
            "UPDATE storage_medium m SET wiped_by = NULL FROM erasure e WHERE m.device_id = $1 AND m.gone_by IS NULL "
            "AND e.id = m.wiped_by AND e.cycle < $2 AND e.level <> 'destroy'",
            device.id,
            device.wipe_from,
        )
        # What nobody confirmed of it then is not to be confirmed any more.
        await driver.execute(
            "DELETE FROM awaited_erasure w USING storage_medium m "
            "WHERE m.id = w.medium_id AND m.device_id = $1 AND m.gone_by IS NULL",
            device.id,
        )

    async def evidence(self, scope: Scope, erasure_id: UUID) -> str | None:
        """The tool's own report, to those who may see the device."""
        found: str | None = await (await self.driver()).fetchval(
            "SELECT evidence FROM erasure WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND id = $2",
            scope.ids,
            erasure_id,
        )
        return found


def _wiped(row: asyncpg.Record) -> ErasedMedium:
    return ErasedMedium(
        serial=row["serial"],
        kind=StorageKind(row["kind"]),
        level=row["level"],
        method=row["method"],
        tool=row["tool"],
        tool_version=row["tool_version"],
        verified=True,
        erasure_id=row["erasure_id"],
        erased_at=row["erased_at"],
        operator=initials(row["operator"]),
        verifier=initials(row["verifier"]),
    )


def _gone(row: asyncpg.Record) -> GoneMedium:
    return GoneMedium(
        serial=row["serial"],
        kind=StorageKind(row["kind"]),
        reason=ExitReason(row["exit_reason"]).sentence,
        code=row["exit_reason"],
        gone_at=row["gone_at"],
        operator=initials(row["asked_by"]),
        verifier=initials(row["answered_by"]),
    )


def _erasure(row: asyncpg.Record) -> Erasure:
    typed = {"level": Level(row["level"]), "result": ErasureResult(row["result"]), "despite": tuple(row["despite"])}
    return Erasure(**{**dict(row), **typed})
