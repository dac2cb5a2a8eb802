"""Queries of links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from filiere.calendar import now
from filiere.database import Repository, Scope
from filiere.identifiers import uuid7


class LinkState(StrEnum):
    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Link:
    id: UUID
    organisation_id: UUID
    subject_id: UUID
    made_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    @property
    def state(self) -> LinkState:
        if self.revoked_at is not None:
            return LinkState.REVOKED
        return LinkState.OPEN if now() < self.expires_at else LinkState.EXPIRED


_COLUMNS = "id, organisation_id, subject_id, made_by, created_at, expires_at, revoked_at"
_OPEN = "revoked_at IS NULL AND expires_at > now()"


class LinkRepository(Repository):
    # every tenant: to what the caller has found
    async def make(
        self, purpose: str, organisation_id: UUID, subject_id: UUID, made_by: str, lifetime: timedelta
    ) -> Link:
        row = await (await self.driver()).fetchrow(
            f"""INSERT INTO link (organisation_id, id, purpose, subject_id, made_by, expires_at)
            VALUES ($1, $2, $3, $4, $5, now() + $6) RETURNING {_COLUMNS}""",
            *(organisation_id, uuid7(), purpose, subject_id, made_by, lifetime),
        )
        assert row is not None
        return Link(**dict(row))

    async def of(self, scope: Scope, purpose: str, subject_id: UUID, limit: int) -> list[Link]:
        """The links to one thing, the newest first, those that open it before those that do not any more."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {_COLUMNS} FROM link
            WHERE ($1::uuid[] IS NULL OR organisation_id = ANY($1)) AND purpose = $2 AND subject_id = $3
            ORDER BY {_OPEN} DESC, created_at DESC LIMIT $4""",
            scope.ids,
            *(purpose, subject_id, limit),
        )
        return [Link(**dict(row)) for row in rows]

    async def revoke(self, scope: Scope, purpose: str, link_id: UUID) -> Link | None:
        """Let it open nothing any more; the first time counts. None when the caller may not see it."""
        row = await (await self.driver()).fetchrow(
            f"""UPDATE link SET revoked_at = coalesce(revoked_at, now())
            WHERE ($1::uuid[] IS NULL OR organisation_id = ANY($1)) AND purpose = $2 AND id = $3
            RETURNING {_COLUMNS}""",
            scope.ids,
            *(purpose, link_id),
        )
        return Link(**dict(row)) if row is not None else None

    # every tenant: to what the caller has found, one link to each
    async def make_each(self, purpose: str, subjects: Sequence[tuple[UUID, UUID]], lifetime: timedelta) -> list[Link]:
        """A link of the network's own to each (organisation, subject), in their order."""
        rows = await (await self.driver()).fetch(
            f"""INSERT INTO link (organisation_id, id, purpose, subject_id, made_by, expires_at)
            SELECT u.organisation_id, u.id, $1, u.subject_id, '', now() + $2
            FROM unnest($3::uuid[], $4::uuid[], $5::uuid[]) AS u(organisation_id, id, subject_id)
            RETURNING {_COLUMNS}""",
            *(
                purpose,
                lifetime,
                [one for one, _ in subjects],
                [uuid7() for _ in subjects],
                [one for _, one in subjects],
            ),
        )
        return [Link(**dict(row)) for row in rows]

    async def revoke_all(self, scope: Scope, purpose: str, subject_id: UUID) -> int:
        """Let no link to this thing open anything any more; how many did."""
        status = await (await self.driver()).execute(
            f"""UPDATE link SET revoked_at = now()
            WHERE ($1::uuid[] IS NULL OR organisation_id = ANY($1)) AND purpose = $2 AND subject_id = $3 AND {_OPEN}""",
            scope.ids,
            *(purpose, subject_id),
        )
        return int(status.split()[-1])

    # every tenant: whoever has a signed link
    async def get(self, purpose: str, link_id: UUID) -> Link | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM link WHERE purpose = $1 AND id = $2", purpose, link_id
        )
        return Link(**dict(row)) if row is not None else None
