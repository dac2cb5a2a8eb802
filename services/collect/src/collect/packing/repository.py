"""Queries of packing instructions: one for the whole network."""

from filiere.database import Repository

from collect.packing.schemas import PackingOut

_COLUMNS = "version, french, english, by_name, created_at"


# every tenant: the network's own words, which every donor reads
class PackingRepository(Repository):
    async def newest(self) -> PackingOut | None:
        row = await (await self.driver()).fetchrow(f"SELECT {_COLUMNS} FROM packing ORDER BY version DESC LIMIT 1")
        return PackingOut(**dict(row)) if row is not None else None

    async def versions(self, limit: int) -> list[PackingOut]:
        """The newest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM packing ORDER BY version DESC LIMIT $1", limit
        )
        return [PackingOut(**dict(row)) for row in rows]

    async def add(self, version: int, french: list[str], english: list[str], by_name: str) -> bool:
        """Keep a version; False when somebody else has written one of this number."""
        row = await (await self.driver()).fetchrow(
            """INSERT INTO packing (version, french, english, by_name) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING RETURNING version""",
            *(version, french, english, by_name),
        )
        return row is not None
