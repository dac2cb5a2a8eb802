"""Whoever is beside large files: eight uploads leave connections to others, a confirmation holds its donor briefly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from collect.imports.uploads import IN_HAND
from filiere.testing.sql import rows, value

from .chain import Chain, laptop
from .test_imports import confirm, preview
from .test_long_files import HEADER, long_file, send

MANY = 8
assert MANY > IN_HAND


def short_file(start: int, count: int = 20) -> str:
    return HEADER + "".join(f"Portable;HP;EliteBook 840;SN{n:08d}X;\n" for n in range(start, start + count))


@asynccontextmanager
async def held(chain: Chain, table: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """Nobody else can write to the table meanwhile: a write that is as slow as it can be."""
    connection = await asyncpg.connect(chain.database.url)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
            yield connection
    finally:
        await connection.close()


async def until_waiting(other: "asyncpg.Connection[Any]", wanted: int) -> None:
    """Until so many wait for a lock of this database; asked outside the pool, which may be what they take."""
    async with asyncio.timeout(20):
        while wanted > await other.fetchval(
            "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE NOT l.granted AND a.datname = current_database()"
        ):
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("is_long", [False, True])
async def test_eight_uploads_at_once_leave_the_others_their_connections(chain: Chain, is_long: bool) -> None:
    files = [long_file(9000 + n) if is_long else short_file(n * 100).encode() for n in range(MANY)]
    uploads: list[asyncio.Future[dict[str, Any]]] = []
    try:
        async with held(chain, "job" if is_long else "fleet_import") as other:
            uploads += [asyncio.ensure_future(send(chain, f) if is_long else preview(chain, f)) for f in files]
            await until_waiting(other, IN_HAND)
            await asyncio.sleep(0.5)  # the others would have come by now
            assert chain.database.connections.in_use == IN_HAND
            async with asyncio.timeout(20):
                assert (await chain.get("/donations"))["total"] == 0
            assert not any(upload.done() for upload in uploads)
    finally:
        seen = await asyncio.gather(*uploads)
    assert len({one["import_id"] for one in seen}) == MANY


async def test_an_upload_that_is_given_up_leaves_its_place_to_the_next(chain: Chain) -> None:
    async with held(chain, "fleet_import") as other:
        uploads = [asyncio.ensure_future(preview(chain, short_file(n * 100))) for n in range(IN_HAND)]
        await until_waiting(other, IN_HAND)
        for upload in uploads:
            upload.cancel()
        await asyncio.gather(*uploads, return_exceptions=True)
    async with asyncio.timeout(20):
        assert (await preview(chain, short_file(0)))["accepted"] == 20


async def test_a_donor_is_not_held_while_the_lines_of_a_file_are_copied(chain: Chain) -> None:
    seen = await preview(chain, short_file(0))
    confirming = None
    try:
        async with held(chain, "donation_line") as other:
            confirming = asyncio.ensure_future(confirm(chain, seen["import_id"]))
            await until_waiting(other, 1)
            # What another declaration of this donor begins with.
            await other.execute("SELECT 1 FROM donor FOR NO KEY UPDATE NOWAIT")
    finally:
        assert confirming is not None
        assert (await confirming)["accepted"] == 20


@pytest.mark.slow
async def test_files_and_lines_that_name_the_same_devices_at_once_declare_each_once(chain: Chain) -> None:
    """Each copies its lines before it looks for what the others have declared meanwhile."""
    files = [short_file(start, 200) for start in (0, 150, 300)]  # each names some that no other does
    seen = [await preview(chain, file) for file in files]
    assert [one["accepted"] for one in seen] == [200, 200, 200]
    done = await asyncio.gather(
        *(confirm(chain, one["import_id"]) for one in seen),
        *(chain.declare(laptop(serial=f"SN{n:08d}X")) for n in range(0, 500, 125)),
    )
    assert await value(chain.database, "SELECT count(*) FROM donation_line WHERE verdict = 'accepted'") == 500
    twice = "SELECT serial FROM donation_line WHERE verdict = 'accepted' GROUP BY serial HAVING count(*) > 1"
    assert await rows(chain.database, twice) == []
    wrong = await rows(
        chain.database,
        """SELECT d.reference FROM donation d JOIN donation_line l ON l.donation_id = d.id GROUP BY d.id
        HAVING (d.lines, d.declared, d.accepted, d.refused) IS DISTINCT FROM (count(*), sum(l.quantity),
            coalesce(sum(l.quantity) FILTER (WHERE l.verdict = 'accepted'), 0),
            coalesce(sum(l.quantity) FILTER (WHERE l.verdict = 'refused'), 0))""",
    )
    assert wrong == []
    assert sum(one["accepted"] for one in done) == 500
