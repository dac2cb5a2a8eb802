"""Queries of media that are gone, and of those that somebody says are."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope

from refurbish.erasure.exits.reasons import ExitReason


@dataclass(frozen=True, slots=True)
class Exit:
    """One exit, with its answer. `is_gone`: it is this exit by which the medium is gone, and it has not come back."""

    id: UUID
    workshop_id: UUID
    device_id: UUID
    label: str
    device_name: str
    medium_id: UUID
    medium_serial: str
    kind: str
    size_gb: float | None
    is_wiped: bool
    is_gone: bool
    reason: ExitReason
    went_to: str | None
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    confirmed: bool | None
    answered_by: str | None
    answered_by_name: str | None
    answered_at: datetime | None
    why: str | None
    taken_back_at: datetime | None

    @property
    def is_open(self) -> bool:
        """It waits for a second person."""
        return self.confirmed is None and self.taken_back_at is None


_COLUMNS = """x.id, x.workshop_id, x.device_id, d.label, x.medium_id, m.serial AS medium_serial, m.kind, m.size_gb,
    coalesce(nullif(concat_ws(' ', d.manufacturer, d.model), ''), d.category) AS device_name,
    m.wiped_by IS NOT NULL AS is_wiped, coalesce(m.gone_by = x.id, false) AS is_gone, x.reason, x.went_to, x.asked_by,
    x.asked_by_name, x.asked_at, a.confirmed, a.answered_by, a.answered_by_name, a.answered_at,
    a.why, b.taken_back_at"""
_FROM = """medium_exit x JOIN storage_medium m ON m.id = x.medium_id JOIN device d ON d.id = x.device_id
    LEFT JOIN exit_answer a ON a.exit_id = x.id LEFT JOIN exit_taken_back b ON b.exit_id = x.id"""
_LISTED = Listing(_COLUMNS, _FROM, {"oldest": Order(Key("x.id", Kind.ID))})


class ExitRepository(Repository):
    async def awaited(self, scope: Scope, part: Part) -> Found[Exit]:
        """Exits that nobody has answered nor taken back, the oldest first."""
        wanted = scope.where("x.workshop_id").add("a.exit_id IS NULL AND b.exit_id IS NULL")
        return (await _LISTED.page(await self.driver(), wanted, part)).of(_exit)

    async def unwiped(self, scope: Scope) -> list[Exit]:
        """Media that lie in the workshop without their device, and still hold data."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR x.workshop_id = ANY($1)) "
            "AND m.gone_by = x.id AND m.wiped_by IS NULL AND x.reason IN ('kept', 'to_destroy') "
            "ORDER BY x.id LIMIT 200",
            scope.ids,
        )
        return [_exit(row) for row in rows]

    async def get(self, scope: Scope, exit_id: UUID) -> Exit | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR x.workshop_id = ANY($1)) AND x.id = $2",
            scope.ids,
            exit_id,
        )
        return _exit(row) if row is not None else None

    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> list[Exit]:
        """Every exit of a device's media, the oldest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE x.device_id = $1 ORDER BY x.id", device_id
        )
        return [_exit(row) for row in rows]

    # every tenant: of devices that the caller has found
    async def open_of(self, device_ids: Sequence[UUID]) -> dict[UUID, UUID]:
        """The exits of their media that wait for a second person, by medium."""
        rows = await (await self.driver()).fetch(
            "SELECT x.medium_id, x.id FROM medium_exit x LEFT JOIN exit_answer a ON a.exit_id = x.id "
            "LEFT JOIN exit_taken_back b ON b.exit_id = x.id "
            "WHERE x.device_id = ANY($1::uuid[]) AND a.exit_id IS NULL AND b.exit_id IS NULL ORDER BY x.id",
            device_ids,
        )
        return {row["medium_id"]: row["id"] for row in rows}

    async def elsewhere(self, scope: Scope, device_id: UUID, serials: Sequence[str]) -> list[Exit]:
        """Where disks with these serials were before, in the workshop's other devices: a disk keeps its history."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR x.workshop_id = ANY($1)) "
            "AND x.device_id <> $2 AND m.serial = ANY($3::text[]) AND a.confirmed ORDER BY x.id LIMIT 50",
            scope.ids,
            device_id,
            list(serials),
        )
        return [_exit(row) for row in rows]

    # every tenant: of a device that the caller has locked
    async def insert(
        self, workshop_id: UUID, exit_id: UUID, device_id: UUID, medium_id: UUID, reason: ExitReason,
        went_to: str | None, by: tuple[str, str], at: datetime,
    ) -> None:  # fmt: skip
        await (await self.driver()).execute(
            "INSERT INTO medium_exit "
            "(workshop_id, id, device_id, medium_id, reason, went_to, asked_by, asked_by_name, asked_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            *(workshop_id, exit_id, device_id, medium_id, reason.value, went_to, *by, at),
        )

    # every tenant: of a device that the caller has locked
    async def answer(
        self, workshop_id: UUID, exit_id: UUID, by: tuple[str, str], why: str | None, at: datetime
    ) -> None:
        """`why` None confirms."""
        await (await self.driver()).execute(
            "INSERT INTO exit_answer "
            "(workshop_id, exit_id, answered_by, answered_by_name, confirmed, why, answered_at) "
            "VALUES ($1, $2, $3, $4, $5::text IS NULL, $5, $6)",
            *(workshop_id, exit_id, *by, why, at),
        )

    # every tenant: of a device that the caller has locked
    async def take_back(self, workshop_id: UUID, exit_id: UUID, by: str, at: datetime) -> None:
        """Whoever said it was wrong: nobody is asked to look any more."""
        await (await self.driver()).execute(
            "INSERT INTO exit_taken_back (workshop_id, exit_id, taken_back_by, taken_back_at) VALUES ($1, $2, $3, $4)",
            *(workshop_id, exit_id, by, at),
        )

    # every tenant: of a device that the caller has locked
    async def take_away(self, medium_id: UUID, exit_id: UUID) -> None:
        """The medium is gone by this exit: its device is not asked for it any more."""
        await (await self.driver()).execute("UPDATE storage_medium SET gone_by = $2 WHERE id = $1", medium_id, exit_id)


def _exit(row: Any) -> Exit:
    known = {field.name: row[field.name] for field in fields(Exit)}
    return Exit(**{**known, "reason": ExitReason(row["reason"])})
