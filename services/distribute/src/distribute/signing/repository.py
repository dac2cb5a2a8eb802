"""SQL of agreements on their way to be signed."""

from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

from distribute.relais.mode import Mode
from distribute.signing.schemas import LINK_DAYS, SigningOut, TimesOut

SIGNED_DAYS = 400
_SHOWN = (
    "s.id, s.relais_id, r.name AS relais_name, s.mode, s.address, s.sha256, s.sent_at, s.reminded_at, s.signed_at,"
    " s.signed_name, s.signed_role, s.drawn"
)
_FROM = "signing s JOIN relais r ON r.id = s.relais_id"
_OPEN = "signed_at IS NULL AND withdrawn_at IS NULL"
# What was agreed on since, on paper or by another link, takes its place: it would revive an agreement that was ended.
_STANDS = (
    "s.withdrawn_at IS NULL AND (s.signed_at IS NOT NULL OR NOT EXISTS"
    " (SELECT 1 FROM agreement g WHERE g.relais_id = s.relais_id AND g.created_at > s.sent_at))"
)
# A link that nobody used in three months opens nothing; one that was signed, while its agreement lasts and a month.
_OPENS = (
    f"{_STANDS} AND CASE WHEN s.signed_at IS NULL THEN s.sent_at > now() - interval '{LINK_DAYS} days'"
    f" ELSE s.signed_at > now() - interval '{SIGNED_DAYS} days' END"
)


class Reminded(NamedTuple):
    """One that is reminded of."""

    id: UUID
    address: str


class SigningRepository(Repository):
    # every tenant: of a Relais that the caller has found
    async def send(self, request_id: UUID, relais_id: UUID, mode: Mode, address: str, paper: bytes) -> None:
        """Keep the paper to be signed; what was sent before, and is not signed, is withdrawn."""
        driver = await self.driver()
        await driver.execute(f"UPDATE signing SET withdrawn_at = now() WHERE relais_id = $1 AND {_OPEN}", relais_id)
        await driver.execute(
            "INSERT INTO signing (id, relais_id, mode, address, paper, sha256)"
            " VALUES ($1, $2, $3, $4, $5::bytea, encode(sha256($5::bytea), 'hex'))",
            *(request_id, relais_id, mode.value, address, paper),
        )

    # every tenant: of a Relais that the caller has found
    async def withdraw(self, relais_id: UUID) -> bool:
        """Its link opens nothing any more; False when none waits."""
        row = await (await self.driver()).fetchrow(
            f"UPDATE signing SET withdrawn_at = now() WHERE relais_id = $1 AND {_OPEN} RETURNING id", relais_id
        )
        return row is not None

    # every tenant: whoever has the signed link of one
    async def get(self, request_id: UUID, *, for_update: bool = False) -> SigningOut | None:
        """One that is not withdrawn."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_SHOWN} FROM {_FROM} WHERE s.id = $1 AND {_OPENS}"
            f"{' FOR NO KEY UPDATE OF s' if for_update else ''}",
            request_id,
        )
        return SigningOut(**dict(row)) if row is not None else None

    # every tenant: whoever has the signed link of one
    async def paper(self, request_id: UUID) -> bytes | None:
        paper: bytes | None = await (await self.driver()).fetchval(
            f"SELECT s.paper FROM signing s WHERE s.id = $1 AND {_OPENS}", request_id
        )
        return paper

    async def last_of(self, scope: Scope, relais_id: UUID) -> SigningOut | None:
        """The newest that is not withdrawn."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_SHOWN} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR s.relais_id = ANY($1)) AND s.relais_id = $2"
            f" AND {_STANDS} ORDER BY s.sent_at DESC LIMIT 1",
            *(scope.ids, relais_id),
        )
        return SigningOut(**dict(row)) if row is not None else None

    async def waiting(self, scope: Scope) -> list[SigningOut]:
        """What waits for its signature, the oldest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_SHOWN} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR s.relais_id = ANY($1)) AND s.signed_at IS NULL"
            f" AND {_STANDS} ORDER BY s.sent_at, s.id LIMIT 200",
            scope.ids,
        )
        return [SigningOut(**dict(row)) for row in rows]

    async def times(self, scope: Scope) -> TimesOut:
        """Days from request to signature, of every agreement that was ever signed."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) AS agreements, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY days))::int AS median,"
            " max(days) AS longest FROM (SELECT greatest(min(a.signed_on) - min(r.requested_on), 0) AS days"
            " FROM agreement a JOIN relais r ON r.id = a.relais_id"
            " WHERE ($1::uuid[] IS NULL OR r.id = ANY($1)) GROUP BY r.id) AS first_of_each",
            scope.ids,
        )
        assert row is not None  # a count
        return TimesOut(**dict(row))

    # every tenant: of one that its link has opened
    async def sign(self, request_id: UUID, name: str, role: str, drawn: str | None) -> None:
        await (await self.driver()).execute(
            "UPDATE signing SET signed_at = now(), signed_name = $2, signed_role = $3, drawn = $4 WHERE id = $1",
            *(request_id, name, role, drawn),
        )

    # every tenant: the worker, of all that wait
    async def remind(self, days: int) -> list[Reminded]:
        """Those that wait for so many days since they were sent or reminded of: said to be reminded of now."""
        rows = await (await self.driver()).fetch(
            f"UPDATE signing s SET reminded_at = now() WHERE s.signed_at IS NULL AND {_OPENS}"
            " AND coalesce(s.reminded_at, s.sent_at) <= now() - make_interval(days => $1) RETURNING s.id, s.address",
            days,
        )
        return [Reminded(*row) for row in rows]
