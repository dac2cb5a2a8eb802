"""Queries of files."""

from filiere.database import Repository

_NAMING = """
SELECT c.conrelid::regclass::text AS source, quote_ident(a.attname) AS source_column
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = 'file'::regclass ORDER BY 1, 2
"""


class FileRepository(Repository):
    async def want(self, hash_: str, size: int, media_type: str) -> None:
        """Somebody is about to name this file."""
        await (await self.driver()).execute(
            """INSERT INTO file (hash, size, media_type) VALUES ($1, $2, $3)
            ON CONFLICT (hash) DO UPDATE SET wanted_at = now()""",
            *(hash_, size, media_type),
        )

    async def unnamed_for_update(self, older_than_s: float, limit: int) -> list[str]:
        """Files that no row names, and that nobody was about to name lately; locked against whoever would now."""
        driver = await self.driver()
        named = "".join(
            f" AND NOT EXISTS (SELECT 1 FROM {row['source']} WHERE {row['source_column']} = f.hash)"
            for row in await driver.fetch(_NAMING)
        )
        rows = await driver.fetch(
            f"""SELECT f.hash FROM file f WHERE f.wanted_at < now() - make_interval(secs => $1){named}
            ORDER BY f.wanted_at LIMIT $2 FOR UPDATE SKIP LOCKED""",
            *(older_than_s, limit),
        )
        return [row["hash"] for row in rows]

    async def of_kinds(self, media_types: list[str], after: str, limit: int) -> list[str]:
        """Hashes of files of these kinds, in order, after one of them."""
        rows = await (await self.driver()).fetch(
            "SELECT hash FROM file WHERE media_type = ANY($1) AND hash > $2 ORDER BY hash LIMIT $3",
            *(media_types, after, limit),
        )
        return [row["hash"] for row in rows]

    async def rename(self, before: str, now: str) -> int:
        """Whatever names the one file names the other; how many rows did."""
        driver, renamed = await self.driver(), 0
        for row in await driver.fetch(_NAMING):
            status = await driver.execute(
                f"UPDATE {row['source']} SET {row['source_column']} = $2 WHERE {row['source_column']} = $1", before, now
            )
            renamed += int(status.split()[-1])
        # Nobody waits for what nothing names now: it goes with the worker's next round.
        await driver.execute("UPDATE file SET wanted_at = '-infinity' WHERE hash = $1", before)
        return renamed

    async def forget(self, hashes: list[str]) -> None:
        await (await self.driver()).execute("DELETE FROM file WHERE hash = ANY($1)", hashes)
