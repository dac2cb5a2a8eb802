"""The board and the lots tell their true total, take texts literally, and cut nothing off in silence."""

from uuid import UUID

import pytest
from filiere.calendar import now
from filiere.database import Database
from filiere.testing.sql import copies, rows
from refurbish.arrivals.mismatches.repository import MismatchRepository

from ..conftest import World


async def test_a_page_past_the_last_tells_the_total(world: World) -> None:
    await world.arrived()
    for path in ("/devices", "/lots"):
        page = await world.get(path, offset=1000)
        assert (page["items"], page["total"], page["total_is_exact"]) == ([], 1, True), path


async def test_signs_of_sql_are_signs_like_others(world: World) -> None:
    await world.arrived(model="EliteBook_840 100%")
    assert (await world.get("/devices", q="_840 100%"))["total"] == 1
    for text in ("_______", "%%", "Elite%840", "\\"):
        assert (await world.get("/devices", q=text))["total"] == 0, text


async def test_a_part_of_a_serial_or_of_a_name_is_found_in_any_letters(world: World) -> None:
    await world.arrived(serial="5CG1234XYZ", manufacturer="HP", model="EliteBook 840 G5")
    for text in ("cg1234", "xyz", "hp elite", "840 g5", "5CG1234XYZ"):
        assert (await world.get("/devices", q=text))["total"] == 1, text


async def test_a_lot_of_more_than_two_hundred_says_how_many_are_awaited(world: World) -> None:
    lot = await world.expects(*[world.device() for _ in range(230)])
    browser = await world.client.login("ada")
    page = " ".join((await browser.get(f"/lots/{lot}")).text.split())
    assert "Il en reste 230 à scanner." in page


async def test_more_than_two_hundred_strangers_are_all_counted_and_reached(world: World, database: Database) -> None:
    lot = await world.expects(world.device())
    async with database.unit_of_work() as session:
        strangers = MismatchRepository.from_session(session)
        await strangers.note_down(
            UUID(world.id), UUID(lot), [f"INCONNU-{number}" for number in range(210)], by="ada", at=now()
        )
    assert len(await world.get("/mismatches")) == 210
    browser = await world.client.login("ada")
    assert "page=2" in (await browser.get("/ecarts")).text


async def test_the_kept_counts_are_the_counts(world: World, database: Database) -> None:
    first = await world.arrived()
    await world.arrived(category="smartphone", manufacturer="Samsung", model="Galaxy A12")
    await world.wiped(first)
    await world.tested(first)
    kept = await rows(
        database,
        "SELECT stage, category, sum(devices)::int FROM device_tally GROUP BY 1, 2 HAVING sum(devices) <> 0 ORDER BY 1",
    )
    counted = await rows(database, "SELECT stage, category, count(*)::int FROM device GROUP BY 1, 2 ORDER BY 1")
    assert kept == counted
    assert len(kept) == 2


@pytest.mark.slow
async def test_a_download_of_the_board_has_every_device(world: World, database: Database) -> None:
    """It stopped at twenty thousand, without a word."""
    await world.arrived(model="Latitude 5490")
    await copies(database, "device", 20_500, id="gen_random_uuid()", label="'FIL-' || lpad(n::text, 9, '0')")
    browser = await world.client.login("ada")
    lines = (await browser.get("/equipements.csv")).text.split("\r\n")
    assert len(lines) == 1 + 20_501 + 1
    assert lines[1].count(";") == lines[0].count(";")
    found = (await browser.get("/equipements.csv", params={"q": "000000077"})).text.split("\r\n")
    assert [line.split(";")[0] for line in found[1:-1]] == ["FIL-000000077"]
