"""Quarters that are over are told once, of nobody; and who may read it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from distribute.statistics.repository import StatisticsRepository
from distribute.statistics.service import tell_of_what_is_over
from filiere.calendar import clock_at
from filiere.database import Scope
from filiere.testing.sql import rows

from .campaigning import line, opened
from .conftest import World
from .moving_in.test_moving_in import SOLD, place, ready, relais_of, tell
from .test_pages import words

SUMMER = datetime(2026, 8, 4, 9, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 9, 9, 0, tzinfo=UTC)
QUARTER = date(2026, 7, 1)


async def handed(
    world: World, relais: Any, publics: Sequence[str | None], category: str = "tablet", **body: Any
) -> list[Any]:
    """Given in summer, one a person."""
    _, labels = await world.delivered(relais, len(publics), category=category)
    made = []
    for label, public in zip(labels, publics, strict=True):
        said = {"label": label, "kind": "given", **({"public": public} if public else {}), **body}
        made.append(await world.call(relais["client"], "/handovers", said, status=201))
    await world.rows(f"UPDATE handover SET handed_over_at = '{SUMMER.isoformat()}'")
    await world.rows(f"UPDATE relais_order SET placed_at = '{SUMMER.isoformat()}'")
    return made


async def told(world: World) -> dict[tuple[str | None, ...], int]:
    """What is told of devices, by its place."""
    async with world.database.read() as session:
        found = await StatisticsRepository.from_session(session).blocks([QUARTER])
    return {(one.locality, one.public, one.item, one.tier): one.number for one in found if one.counted == "devices"}


async def test_a_quarter_is_told_once_it_is_over_and_once(world: World) -> None:
    relais = await world.relais()
    await handed(world, relais, ["seniors"] * 8 + ["femmes"] * 7 + ["jeunes"] * 2)
    with clock_at(datetime(2026, 10, 7, 9, 0, tzinfo=UTC)):
        assert await tell_of_what_is_over(world.database) == 0
    with clock_at(AUTUMN):
        assert await tell_of_what_is_over(world.database) == 1
        assert await tell_of_what_is_over(world.database) == 0
    found = await told(world)
    assert sum(found.values()) == 17
    assert min(found.values()) >= 5
    # Two young people are few: women, the first of the others in the vocabulary, are told with them.
    assert {place[1] for place in found} == {None, "seniors"}


async def test_what_is_undone_or_comes_later_changes_nothing_that_was_told(world: World) -> None:
    relais = await world.relais()
    await handed(world, relais, ["seniors"] * 12)
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    before = await told(world)
    await world.rows("UPDATE handover SET person_public = NULL")
    await handed(world, relais, ["seniors"])
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    assert await told(world) == before
    with pytest.raises(asyncpg.RestrictViolationError):
        await rows(world.database, "UPDATE told_block SET count = 13 RETURNING id")


async def test_one_person_who_comes_often_is_one_person(world: World) -> None:
    relais = await world.relais()
    await handed(world, relais, ["seniors"] * 7, person_alias="A-17")
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    assert await told(world) == {}


async def test_the_page_tells_what_is_told_and_the_sheet_adds_up_to_it(world: World) -> None:
    relais = await world.relais()
    coordinator = await world.client.login("camille")
    assert "Aucun trimestre n'est encore arrêté" in words(await coordinator.get("/qui-est-servi"))
    await handed(world, relais, ["seniors"] * 8 + ["femmes"] * 7 + ["jeunes"] * 2)
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    page = words(await coordinator.get("/qui-est-servi?periode=2026-T3&colonnes=tier"))
    assert "Équipements remis, 2026-T3 : 17" in page
    assert "Séniors" in page
    assert "9,5 % 65 ans et plus" in page
    assert "Lozère (48)" in page
    sheet = (await coordinator.get("/qui-est-servi.csv?periode=2026")).text
    assert sum(int(line.rsplit(";", 1)[1]) for line in sheet.splitlines()[1:] if "remis;" in line) == 17
    assert "fewer" in words(await coordinator.get("/qui-est-servi?lang=en&commune=RURAL&public=non-dit"))
    own = await world.client.login(relais["subject"])
    with clock_at(AUTUMN):
        assert "Jeunes 0 2" in words(await own.get("/mes-remises"))
    assert (await own.get("/qui-est-servi")).status_code == 403


async def test_what_a_network_brings_along_is_in_no_figure_and_begins_nothing(world: World) -> None:
    theirs = await relais_of(world)
    keys = [f"M-{number}" for number in range(1, 8)]
    await tell(world, places=[place(key, theirs, **SOLD) for key in keys[:6]])
    waited = {
        "key": "CMD-9",
        "relais_id": theirs,
        "placed_on": "2024-02-01",
        "lines": [{"category": "laptop", "quantity": 4, "min_grade": "C"}],
    }
    await tell(world, orders=[waited])
    await ready(world, *keys[:6])
    assert (await world.rows("SELECT count(*) AS n FROM relais_order"))[0]["n"] == 2
    with clock_at(AUTUMN):
        assert await tell_of_what_is_over(world.database) == 0, "nothing of 2024 is told on what has come in so far"
    await handed(world, await world.relais(), ["seniors"] * 8)
    with clock_at(AUTUMN):
        assert await tell_of_what_is_over(world.database) == 1
    assert sum((await told(world)).values()) == 8
    async with world.database.read() as session:
        found = await StatisticsRepository.from_session(session).blocks([QUARTER])
        ever = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        own = await StatisticsRepository.from_session(session).own(Scope([UUID(theirs)]), ever)
    assert own == [], "its own till has handed nothing over"
    assert sum(one.number for one in found if one.counted == "ordered") == 8


async def test_whoever_had_two_kinds_of_things_is_one_person_in_what_is_told_together(world: World) -> None:
    relais = await world.relais()
    for number in range(3):
        for category in ("tablet", "laptop"):
            await handed(world, relais, ["seniors"], category, person_alias=f"A-{number}")
    await handed(world, relais, ["seniors"] * 9, "smartphone")
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    found = await told(world)
    assert sum(found.values()) == 15
    assert {item for _, _, item, _ in found} == {None}, "six devices of three people are told with the nine"


async def test_people_whom_a_campaign_tells_of_hide_nobody_of_the_others(world: World) -> None:
    relais = await world.relais()
    made = await opened(world, relais, publics=["seniors"], share_percent=100)
    _, labels = await world.delivered(relais, 9, line(made, quantity=9, publics=["seniors"]))
    for label in labels:
        said = {"label": label, "kind": "given", "public": "seniors"}
        await world.call(relais["client"], "/handovers", said, status=201)
    await handed(world, relais, ["seniors"] * 2 + ["femmes"] * 9)
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    found = await told(world)
    assert sum(found.values()) == 20
    assert not any(public == "seniors" for _, public, _, _ in found), "eleven, less the campaign's nine, were two"
