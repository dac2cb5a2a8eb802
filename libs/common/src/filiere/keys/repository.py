"""Queries of keys. `organisation_id` None: those of the coordination."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from filiere.calendar import day_of, now
from filiere.database import Repository

USED_EVERY_S = 60.0  # written no more often


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What a request needs to know of the key that it shows."""

    id: UUID
    name: str
    role: str
    organisation_id: UUID | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Secret:
    """`ends_at` is set for one that was renewed."""

    prefix: str
    created_at: datetime
    ends_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is listed; `secrets` are those that open it, the newest first.

    `is_orphan`: whoever made it does not act for the organisation any more, and may still know its secret.
    """

    id: UUID
    name: str
    scopes: Sequence[str]
    made_by_name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    revoked_by_name: str | None
    is_orphan: bool
    secrets: list[Secret] = field(default_factory=list)

    @property
    def last_day(self) -> date | None:
        """On which it still opens; None without an end."""
        return day_of(self.expires_at - timedelta(microseconds=1)) if self.expires_at is not None else None

    @property
    def is_over(self) -> bool:
        return self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now())


_OPEN = "k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())"
_COLUMNS = """k.id, k.name, k.scopes, k.made_by_name, k.created_at, k.expires_at, k.revoked_at, k.revoked_by_name,
    NOT EXISTS (SELECT 1 FROM membership m WHERE m.subject = k.made_by AND m.role = k.role
        AND m.organisation_id IS NOT DISTINCT FROM k.organisation_id) AS is_orphan"""


class KeyRepository(Repository):
    async def known(self, secret_hash: str) -> KnownKey | None:
        """The key that this secret opens now; None when it is unknown, revoked or over."""
        row = await (await self.driver()).fetchrow(
            f"""SELECT k.id, k.name, k.role, k.organisation_id, k.scopes FROM api_key_secret s
            JOIN api_key k ON k.id = s.key_id
            WHERE s.secret_hash = $1 AND (s.ends_at IS NULL OR s.ends_at > now()) AND {_OPEN}""",
            secret_hash,
        )
        return KnownKey(**{**dict(row), "scopes": frozenset(row["scopes"])}) if row is not None else None

    async def used(self, secret_hash: str) -> None:
        """It was shown just now; written once a minute, however many processes say so."""
        await (await self.driver()).execute(
            """UPDATE api_key_secret SET last_used_at = now() WHERE secret_hash = $1
            AND (last_used_at IS NULL OR last_used_at < now() - make_interval(secs => $2))""",
            *(secret_hash, USED_EVERY_S),
        )

    async def lock_of(self, organisation_id: UUID | None) -> int:
        """How many keys there are that open something, once nobody else is making one."""
        driver = await self.driver()
        await driver.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('keys:' || coalesce($1::uuid::text, ''), 0))",
            organisation_id,
        )
        count: int = await driver.fetchval(
            f"SELECT count(*) FROM api_key k WHERE k.organisation_id IS NOT DISTINCT FROM $1 AND {_OPEN}",
            organisation_id,
        )
        return count

    async def make(
        self,
        organisation_id: UUID | None,
        key_id: UUID,
        role: str,
        name: str,
        scopes: Sequence[str],
        by: tuple[str, str],
        expires_at: datetime | None,
    ) -> bool:
        """Keep a key without a secret; `by` is (subject, name). False when there is one of this id."""
        row = await (await self.driver()).fetchrow(
            """INSERT INTO api_key (organisation_id, id, role, name, scopes, made_by, made_by_name, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING RETURNING id""",
            *(organisation_id, key_id, role, name, list(scopes), *by, expires_at),
        )
        return row is not None

    async def add_secret(self, key_id: UUID, secret_hash: str, prefix: str) -> None:
        await (await self.driver()).execute(
            "INSERT INTO api_key_secret (key_id, secret_hash, prefix) VALUES ($1, $2, $3)",
            *(key_id, secret_hash, prefix),
        )

    async def end_secrets(self, key_id: UUID, overlap: timedelta) -> None:
        """Let the secrets there are open so much longer; one that ends sooner still does."""
        await (await self.driver()).execute(
            """UPDATE api_key_secret SET ends_at = least(coalesce(ends_at, 'infinity'), now() + $2)
            WHERE key_id = $1""",
            *(key_id, overlap),
        )

    async def get_for_update(self, organisation_id: UUID | None, key_id: UUID) -> Key | None:
        row = await (await self.driver()).fetchrow(
            f"""SELECT {_COLUMNS} FROM api_key k WHERE k.organisation_id IS NOT DISTINCT FROM $1 AND k.id = $2
            FOR UPDATE""",
            *(organisation_id, key_id),
        )
        return Key(**dict(row)) if row is not None else None

    async def revoke(self, key_id: UUID, by_name: str) -> None:
        await (await self.driver()).execute(
            "UPDATE api_key SET revoked_at = now(), revoked_by_name = $2 WHERE id = $1 AND revoked_at IS NULL",
            *(key_id, by_name),
        )

    async def revoke_all_of(self, organisation_id: UUID, by_name: str) -> None:
        """None of an organisation's keys opens anything any more."""
        await (await self.driver()).execute(
            "UPDATE api_key SET revoked_at = now(), revoked_by_name = $2"
            " WHERE organisation_id = $1 AND revoked_at IS NULL",
            *(organisation_id, by_name),
        )

    async def expire(self, key_id: UUID, expires_at: datetime | None) -> None:
        """Say anew until when it opens."""
        await (await self.driver()).execute("UPDATE api_key SET expires_at = $2 WHERE id = $1", key_id, expires_at)

    async def of(self, organisation_id: UUID | None, limit: int) -> list[Key]:
        """The keys of an organisation, those that open something first, then the newest."""
        driver = await self.driver()
        rows = await driver.fetch(
            f"""SELECT {_COLUMNS} FROM api_key k WHERE k.organisation_id IS NOT DISTINCT FROM $1
            ORDER BY ({_OPEN}) DESC, k.created_at DESC LIMIT $2""",
            *(organisation_id, limit),
        )
        keys = {row["id"]: Key(**dict(row)) for row in rows}
        for row in await driver.fetch(
            """SELECT key_id, prefix, created_at, ends_at, last_used_at FROM api_key_secret
            WHERE key_id = ANY($1) AND (ends_at IS NULL OR ends_at > now()) ORDER BY created_at DESC""",
            list(keys),
        ):
            keys[row["key_id"]].secrets.append(Secret(*list(row)[1:]))
        return list(keys.values())
