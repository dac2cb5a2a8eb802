"""Lists tell their true total, find a place by key, and take what people type literally."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import asyncpg
import pytest
from filiere.database import EVERYTHING, Database, Key, Kind, Listing, Order, Part, Tally, UnknownCursor, Where, literal
from filiere.database.listing import COUNTED
from filiere.database.ordering import cursor_at
from filiere.testing.properties import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

THINGS = Listing(
    "id, name",
    "thing",
    {
        "id": Order(Key("id", Kind.NUMBER)),
        "name": Order(Key("coalesce(name, '')"), Key("id", Kind.NUMBER)),
        "newest": Order(Key("made_at", Kind.INSTANT), Key("id", Kind.NUMBER), down=True),
        "loose": Order(loose="length(name), id"),
    },
)


@pytest.fixture
async def things(empty_database: Database) -> "AsyncIterator[asyncpg.Connection[Any]]":
    connection = await asyncpg.connect(empty_database.url)
    await connection.execute(
        "CREATE TABLE thing (id bigint PRIMARY KEY, name text, made_at timestamptz NOT NULL DEFAULT now())"
    )
    await connection.execute(
        "INSERT INTO thing SELECT n, CASE WHEN n % 5 > 0 THEN 'N' || n % 7 END, now() - n % 3 * interval '1 h'"
        " FROM generate_series(1, 23) n"
    )
    yield connection
    await connection.close()


async def test_a_page_past_the_last_still_tells_the_total(things: "asyncpg.Connection[Any]") -> None:
    found = await THINGS.page(things, Where(), Part(10, 500))
    assert (list(found.rows), found.total, found.is_exact) == ([], 23, True)
    found = await THINGS.page(things, Where("id > {}", 20), Part(10, 10))
    assert (list(found.rows), found.total) == ([], 3)


@pytest.mark.parametrize("order", ["id", "-id", "name", "-name", "newest", "-newest"])
@pytest.mark.parametrize("limit", [1, 5, 23, 24])
async def test_walking_by_key_shows_each_row_once_there_and_back(
    things: "asyncpg.Connection[Any]", order: str, limit: int
) -> None:
    whole = [row["id"] for row in (await THINGS.page(things, Where(), EVERYTHING, order)).rows]
    assert len(whole) == 23
    page = await THINGS.page(things, Where(), Part(limit), order)
    seen, pages = [row["id"] for row in page.rows], [page]
    while page.after:
        page = await THINGS.page(things, Where(), Part(limit, after=page.after), order)
        assert page.total == 23
        seen += [row["id"] for row in page.rows]
        pages.append(page)
    assert seen == whole
    for earlier in reversed(pages[:-1]):
        page = await THINGS.page(things, Where(), Part(limit, before=page.before), order)
        assert [row["id"] for row in page.rows] == [row["id"] for row in earlier.rows]
    assert page.before == ""


async def test_rows_that_come_meanwhile_push_none_out(things: "asyncpg.Connection[Any]") -> None:
    first = await THINGS.page(things, Where(), Part(10), "-id")
    await things.execute("INSERT INTO thing SELECT n, 'new' FROM generate_series(100, 109) n")
    second = await THINGS.page(things, Where(), Part(10, after=first.after), "-id")
    assert [row["id"] for row in second.rows] == list(range(13, 3, -1))


async def test_a_loose_order_has_numbers_only(things: "asyncpg.Connection[Any]") -> None:
    found = await THINGS.page(things, Where(), Part(10, 10), "loose")
    assert (len(found.rows), found.after, found.before, found.total) == (10, "", "", 23)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.text(alphabet="aAb%_\\ é.*+?(", min_size=1, max_size=6), name=st.text(alphabet="aAb%_\\ é.*+?(", max_size=9)
)
async def test_a_search_finds_what_holds_the_text_and_nothing_else(
    things: "asyncpg.Connection[Any]", q: str, name: str
) -> None:
    await things.execute("TRUNCATE thing")
    await things.execute("INSERT INTO thing VALUES (1, $1)", name)
    found = await THINGS.page(things, Where().contains("name", q), Part())
    assert bool(found.rows) == (q.lower() in name.lower())
    assert await things.fetchval("SELECT $1 LIKE $2", name, literal(name)) is True


async def test_what_half_of_the_rows_hold_is_told_as_more_than(things: "asyncpg.Connection[Any]") -> None:
    await things.execute("INSERT INTO thing SELECT n, 'common' FROM generate_series(1000, $1) n", 1000 + COUNTED)
    async with things.transaction():
        found = await THINGS.page(things, Where().contains("name", "omm"), Part(10))
        assert (found.total, found.is_exact, len(found.rows)) == (COUNTED, False, 10)
        exact = await THINGS.page(things, Where("name = {}", "common"), Part(10))
        assert (exact.total, exact.is_exact) == (COUNTED + 1, True)


async def test_a_count_that_is_kept_is_not_counted_again(things: "asyncpg.Connection[Any]") -> None:
    await things.execute("CREATE TABLE tally (kind text, n bigint); INSERT INTO tally VALUES ('a', 40), ('a', 2)")
    tally = Tally("tally", "n", Where("kind = {}", "a"))
    assert (await THINGS.page(things, Where(), Part(10), tally=tally)).total == 42
    assert (await THINGS.page(things, Where("id > {}", 20), Part(10), tally=tally)).total == 3  # all of it is here


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
async def test_no_text_is_a_cursor_of_another_order(things: "asyncpg.Connection[Any]", text: str) -> None:
    with pytest.raises(UnknownCursor):
        await THINGS.page(things, Where(), Part(10, after=text or "x"), "name")


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00Z"])
async def test_a_moment_at_the_end_of_the_calendar_is_no_crash(things: "asyncpg.Connection[Any]", moment: str) -> None:
    """In another zone it is a moment that no calendar of ours has."""
    cursor = cursor_at("newest", [moment, "1"])
    for part in (Part(5, after=cursor), Part(5, before=cursor)):
        with suppress(UnknownCursor):
            await THINGS.page(things, Where(), part, "newest")


async def test_a_cursor_belongs_to_its_order(things: "asyncpg.Connection[Any]") -> None:
    page = await THINGS.page(things, Where(), Part(5), "name")
    for other in ("id", "-name", "newest", "loose"):
        with pytest.raises(UnknownCursor):
            await THINGS.page(things, Where(), Part(5, after=page.after), other)


async def test_a_download_reads_every_row_in_its_order_and_never_all_at_once(things: "asyncpg.Connection[Any]") -> None:
    await things.execute("INSERT INTO thing SELECT n, 'more ' || n FROM generate_series(101, 1100) n")
    async with things.transaction():
        read = [row["id"] async for row in THINGS.each(things, Where(), "-id")]
        assert read == [*range(1100, 100, -1), *range(23, 0, -1)]
        some = [row["name"] async for row in THINGS.each(things, Where().contains("name", "more 10_1"))]
        assert some == []
        some = [row["name"] async for row in THINGS.each(things, Where().contains("name", "more 110"))]
        assert some == ["more 110", "more 1100"]
