"""SQL of what Relais ask for, and of what the engine is told of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import day_sql
from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from distribute.topups.schemas import RequestOut

_OPEN = """
SELECT q.relais_id, r.name AS relais_name, q.offer_id, q.codes, q.given, q.asked_at
FROM topup_request q JOIN relais r ON r.id = q.relais_id WHERE q.closed_at IS NULL
"""
# As for devices, a window of months counts: what was asked and sent before, without what is still open.
_TO_SHARE = f"""
SELECT q.id, q.relais_id, q.codes - q.given AS missing, {day_sql("q.asked_at")} AS asked_on, r.insee, r.postcode,
    r.publics, r.people_supported,
    EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = q.relais_id AND a.ended_on IS NULL) AS has_agreement,
    coalesce(h.asked, 0)::int AS asked, coalesce(h.given, 0)::int AS given
FROM topup_request q JOIN relais r ON r.id = q.relais_id
LEFT JOIN (
    SELECT relais_id, sum(CASE WHEN closed_at IS NULL THEN given ELSE codes END) AS asked, sum(given) AS given
    FROM topup_request WHERE asked_at >= $2 GROUP BY relais_id
) h ON h.relais_id = q.relais_id
WHERE q.offer_id = $1 AND q.closed_at IS NULL ORDER BY q.id FOR UPDATE OF q
"""


# What is open and says another number than is asked for now.
_OTHERWISE = """
USING unnest($1::uuid[], $2::uuid[], $3::int[]) AS u(relais_id, offer_id, codes)
WHERE q.relais_id = u.relais_id AND q.offer_id = u.offer_id AND q.closed_at IS NULL AND q.codes - q.given <> u.codes
"""


class Asked(NamedTuple):
    """So many codes of an offer for a Relais."""

    relais_id: UUID
    offer_id: UUID
    codes: int


class Waiting(NamedTuple):
    """An open request, with what the engine weighs."""

    id: UUID
    relais_id: UUID
    missing: int
    asked_on: date
    insee: str | None
    postcode: str
    publics: list[str]
    people_supported: int
    has_agreement: bool
    asked: int
    given: int


class TopupRequestsRepository(Repository):
    # every tenant: of the Relais for which the caller acts
    async def ask(self, lines: Sequence[Asked], at: datetime) -> None:
        """Instead of what each still waits for: what was sent of that stays, and no more of it was ever asked for.

        Who asks for what they wait for already keeps their place.
        """
        driver = await self.driver()
        whose, offers, codes = zip(*lines, strict=True)
        await driver.execute(f"DELETE FROM topup_request q {_OTHERWISE} AND q.given = 0", whose, offers, codes)
        await driver.execute(
            f"UPDATE topup_request q SET closed_at = $4, codes = given {_OTHERWISE.replace('USING', 'FROM')}",
            whose,
            offers,
            codes,
            at,
        )
        await driver.execute(
            "INSERT INTO topup_request (relais_id, id, offer_id, codes, asked_at)"
            " SELECT u.relais_id, u.id, u.offer_id, u.codes, $5"
            " FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[]) AS u(relais_id, offer_id, codes, id)"
            " WHERE u.codes > 0 AND NOT EXISTS (SELECT 1 FROM topup_request q WHERE q.relais_id = u.relais_id"
            " AND q.offer_id = u.offer_id AND q.closed_at IS NULL)",
            whose,
            offers,
            codes,
            [uuid7() for _ in lines],
            at,
        )

    # every tenant: the coordination closes an offer for all
    async def give_up(self, offer_id: UUID, at: datetime) -> int:
        """Nobody waits for an offer any more; how many did."""
        driver = await self.driver()
        none = await driver.fetch(
            "DELETE FROM topup_request WHERE offer_id = $1 AND closed_at IS NULL AND given = 0 RETURNING id", offer_id
        )
        some = await driver.fetch(
            "UPDATE topup_request SET closed_at = $2, codes = given WHERE offer_id = $1 AND closed_at IS NULL"
            " RETURNING id",
            offer_id,
            at,
        )
        return len(none) + len(some)

    async def open(self, scope: Scope, offer_id: UUID | None = None) -> list[RequestOut]:
        """What Relais of the scope still wait for, the oldest first."""
        rows = await (await self.driver()).fetch(
            f"{_OPEN} AND ($1::uuid[] IS NULL OR q.relais_id = ANY($1)) AND ($2::uuid IS NULL OR q.offer_id = $2)"
            " ORDER BY q.asked_at, q.id LIMIT 500",
            scope.ids,
            offer_id,
        )
        return [RequestOut.model_validate(dict(row)) for row in rows]

    # every tenant: the coordination shares out the stock among all Relais
    async def to_share_for_update(self, offer_id: UUID, since: datetime) -> list[Waiting]:
        """Hold what all Relais still wait for."""
        return [Waiting(*row) for row in await (await self.driver()).fetch(_TO_SHARE, offer_id, since)]

    # every tenant: of requests that the caller holds
    async def serve(self, given: Sequence[tuple[UUID, int]], at: datetime) -> None:
        """So many more were sent for each; one that has all is closed."""
        await (await self.driver()).execute(
            "UPDATE topup_request q SET given = q.given + u.given,"
            " closed_at = CASE WHEN q.given + u.given = q.codes THEN $3::timestamptz END"
            " FROM unnest($1::uuid[], $2::int[]) AS u(id, given) WHERE q.id = u.id",
            [one for one, _ in given],
            [count for _, count in given],
            at,
        )
