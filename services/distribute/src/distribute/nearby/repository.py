"""SQL of what everybody may see."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed

from distribute.nearby.directory import Entry
from distribute.nearby.listing import Listed, ListingIn, Welcome

if TYPE_CHECKING:
    import asyncpg

# The haversine, in kilometres; a structure whose commune is not known is found by nobody.
_NEAREST = """
SELECT r.id AS relais_id, r.name, r.address, r.postcode, r.city, r.publics, r.may_sell, r.public_contact,
    r.opening_hours, l.welcome, l.how_to_come,
    2 * 6371 * asin(sqrt(least(1, sin(radians(r.latitude - $1) / 2) ^ 2
        + cos(radians($1)) * cos(radians(r.latitude)) * sin(radians(r.longitude - $2) / 2) ^ 2))) AS km
FROM public_listing l JOIN relais r ON r.id = l.relais_id
JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL
WHERE r.latitude IS NOT NULL
ORDER BY km, r.name, r.id LIMIT $3
"""
_SHOW_AS_SEEN = """
INSERT INTO public_listing (relais_id, welcome, how_to_come)
SELECT $1, $2, $3 WHERE $4::timestamptz IS NULL OR EXISTS (SELECT FROM public_listing WHERE relais_id = $1)
ON CONFLICT (relais_id) DO UPDATE
SET welcome = excluded.welcome, how_to_come = excluded.how_to_come, changed_at = now()
WHERE public_listing.changed_at = $4
RETURNING relais_id
"""
_DIRECTORY = Listing(
    "r.id AS relais_id, r.name, r.siret, r.address, r.postcode, r.city, r.insee, r.latitude, r.longitude, r.publics,"
    " r.may_sell, r.public_contact, r.opening_hours, l.welcome, l.how_to_come, l.changed_at",
    "public_listing l JOIN relais r ON r.id = l.relais_id"
    " JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL",
    {"name": Order(Key("r.name"), Key("r.id", Kind.ID))},
)


class Shown(NamedTuple):
    """What a lead has said of a structure to everybody."""

    welcome: Welcome
    how_to_come: str | None
    changed_at: datetime


class Shows(NamedTuple):
    """What a département has."""

    relais: int
    place: str


class ListingRepository(Repository):
    # every tenant: shown to everybody, by the leads' own wish
    async def nearest(self, latitude: float, longitude: float, most: int) -> list[Listed]:
        """The nearest first, of those with an agreement in force."""
        rows = await (await self.driver()).fetch(_NEAREST, latitude, longitude, most)
        return [Listed.model_validate(dict(row)) for row in rows]

    async def seen(self) -> str:
        """What this moment sees of the database: as long as it reads alike, nothing that was read before is another."""
        found: str = await (await self.driver()).fetchval("SELECT pg_current_snapshot()::text")
        return found

    # every tenant: shown to everybody, by the leads' own wish
    async def by_departement(self) -> dict[str, Shows]:
        """Code → how many are shown there, with an agreement in force, and a place to begin with."""
        rows = await (await self.driver()).fetch(
            "SELECT r.territory, count(*)::int AS count, min(r.postcode || ' ' || r.city) AS place"
            " FROM public_listing l JOIN relais r ON r.id = l.relais_id"
            " JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL GROUP BY 1 ORDER BY 1"
        )
        return {row["territory"]: Shows(row["count"], row["place"]) for row in rows}

    # every tenant: shown to everybody, by the leads' own wish
    async def directory(self, part: Part) -> Found[Entry]:
        """All of them by name, with an agreement in force."""
        found = await _DIRECTORY.page(await self.driver(), Where(), part)
        return found.of(_entry)

    # every tenant: shown to everybody, by the leads' own wish
    async def each(self) -> AsyncIterator[Entry]:
        """The same while they are read."""
        async for row in _DIRECTORY.each(await self.driver(), Where()):
            yield _entry(row)

    async def of_relais(self, scope: Scope) -> dict[UUID, Shown]:
        """Those that are shown."""
        rows = await (await self.driver()).fetch(
            "SELECT relais_id, welcome, how_to_come, changed_at FROM public_listing"
            " WHERE $1::uuid[] IS NULL OR relais_id = ANY($1)",
            scope.ids,
        )
        return {row["relais_id"]: Shown(Welcome(row["welcome"]), row["how_to_come"], row["changed_at"]) for row in rows}

    # every tenant: of a Relais that the caller has found
    async def show(self, relais_id: UUID, said: ListingIn) -> None:
        await (await self.driver()).execute(
            "INSERT INTO public_listing (relais_id, welcome, how_to_come) VALUES ($1, $2, $3)"
            " ON CONFLICT (relais_id) DO UPDATE"
            " SET welcome = excluded.welcome, how_to_come = excluded.how_to_come, changed_at = now()",
            *(relais_id, said.welcome.value, said.how_to_come),
        )

    # every tenant: of a Relais that the caller has found
    async def show_again(self, relais_id: UUID, said: ListingIn, seen: datetime | None) -> bool:
        """The same, unless it is no more what was seen: none for a structure that was not shown."""
        driver = await self.driver()
        return await driver.fetchval(_SHOW_AS_SEEN, relais_id, said.welcome.value, said.how_to_come, seen) is not None

    # every tenant: of a Relais that the caller has found
    async def says(self, relais_id: UUID, said: ListingIn) -> bool:
        """Whether it is shown, and says this."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT FROM public_listing WHERE relais_id = $1 AND welcome = $2"
            " AND how_to_come IS NOT DISTINCT FROM $3)",
            *(relais_id, said.welcome.value, said.how_to_come),
        )
        return found

    # every tenant: of a Relais that the caller has found
    async def hide(self, relais_id: UUID) -> None:
        await (await self.driver()).execute("DELETE FROM public_listing WHERE relais_id = $1", relais_id)


def _entry(row: "asyncpg.Record") -> Entry:
    return Entry(**{**listed(row), "welcome": Welcome(row["welcome"])})
