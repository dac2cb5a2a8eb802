"""Some weeks are otherwise: a lead says so, collect is told, and takes it back as easily."""

from datetime import date, timedelta
from typing import Any

import pytest
from filiere.calendar import today
from filiere.database import Database
from filiere.duties import Duty
from filiere.testing.events import published

from ..conftest import World, token_of


def days(first: int, last: int) -> dict[str, str]:
    """So many days from today on."""
    return {
        "first_day": (today() + timedelta(days=first)).isoformat(),
        "last_day": (today() + timedelta(days=last)).isoformat(),
    }


async def told(database: Database) -> list[Any]:
    return [one.data["periods"] for one in await published(database, "workshop-capacity-changed")]


async def test_a_week_with_fewer_laptops_and_a_closure_reach_the_chain_and_go_again(
    world: World, database: Database
) -> None:
    address = f"/workshops/{world.id}/periods"
    fewer = await world.post(address, {**days(0, 6), "capacity": {"laptop": 20}})
    await world.post(address, {**days(20, 27), "is_closed": True, "capacity": {"laptop": 3}})
    assert [one["is_closed"] for one in await world.get(address)] == [False, True]
    assert [len(one) for one in await told(database)] == [0, 1, 2]
    week, closed = (await told(database))[-1]
    assert (week["capacity"], week["is_closed"]) == ({"laptop": 20}, False)
    assert (closed["capacity"], closed["is_closed"], closed["first_day"]) == ({}, True, days(20, 27)["first_day"])
    # The usual capacity, said anew, does not forget them.
    await world.api.put(f"/api/v1/workshops/{world.id}/capacity", json={"capacity": {"laptop": 50}})
    assert len((await told(database))[-1]) == 2
    assert (await world.api.delete(f"/api/v1{address}/{fewer['id']}")).status_code == 204
    assert [len(one) for one in await told(database)][-1] == 1
    assert (await world.api.delete(f"/api/v1{address}/{fewer['id']}")).status_code == 204
    assert len(await told(database)) == 5, "said twice it is told once"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({**days(6, 0), "is_closed": True}, "last_day"),
        ({**days(-9, -2), "is_closed": True}, "last_day"),
        ({**days(0, 400), "is_closed": True}, "last_day"),
        (days(0, 6), "capacity"),
        ({**days(0, 6), "capacity": {"laptop": -1}}, "capacity.laptop"),
    ],
)
async def test_what_says_nothing_or_lies_wrong_is_refused(world: World, said: Any, field: str) -> None:
    refused = await world.post(f"/workshops/{world.id}/periods", said, status=422)
    assert refused["errors"][0]["field"] == field


async def test_no_day_has_two_words(world: World) -> None:
    address = f"/workshops/{world.id}/periods"
    await world.post(address, {**days(3, 9), "is_closed": True})
    refused = await world.post(address, {**days(9, 12), "capacity": {"laptop": 0}}, status=409)
    assert refused["type"].endswith("periods-overlap")
    await world.post(address, {**days(10, 12), "capacity": {"laptop": 0}})


async def test_what_is_over_is_told_no_more(world: World, database: Database) -> None:
    async with database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute(
            "INSERT INTO workshop_period (workshop_id, id, first_day, last_day, is_closed, capacity) "
            "VALUES ($1, gen_random_uuid(), $2, $3, true, '{}')",
            *(world.id, date(2020, 1, 1), date(2020, 1, 7)),
        )
    assert await world.get(f"/workshops/{world.id}/periods") == []
    await world.post(f"/workshops/{world.id}/periods", {**days(3, 9), "is_closed": True})
    assert len((await told(database))[-1]) == 1


async def test_the_page_takes_it_and_keeps_the_journal(world: World) -> None:
    ada = await world.browser()
    page = f"/ateliers/{world.id}/periodes"
    shown = await ada.get(page)
    token = token_of(shown)
    nothing = await ada.post(page, data={"csrf_token": token, **days(0, 6)})
    assert nothing.status_code == 422
    assert "Dis ce qui change" in nothing.text
    done = await ada.post(page, data={"csrf_token": token, **days(0, 6), "laptop": "20"}, follow_redirects=True)
    assert "20 par semaine" in done.text.replace("\xa0", " ").replace("\u202f", " ")
    twice = await ada.post(page, data={"csrf_token": token, **days(0, 6), "laptop": "20"})
    assert twice.status_code == 409
    assert "Semaine particulière notée" in (await ada.get("/pilotage")).text
    [period] = await world.get(f"/workshops/{world.id}/periods")
    gone = await ada.post(f"{page}/{period['id']}/retirer", data={"csrf_token": token}, follow_redirects=True)
    assert "de nouveau comme les autres" in gone.text


async def test_the_bench_sees_it_and_changes_nothing(world: World) -> None:
    bruno = await world.colleague("bruno")
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute("UPDATE membership SET duty = $1 WHERE subject = 'bruno'", Duty.COLLEAGUE)
    await world.post(f"/workshops/{world.id}/periods", {**days(3, 9), "is_closed": True})
    await bruno.post(f"/workshops/{world.id}/periods", {**days(13, 19), "is_closed": True}, status=403)
    seen = (await (await bruno.browser()).get(f"/ateliers/{world.id}/periodes")).text
    assert "Fermé" in seen
    assert "Ajouter une période" not in seen
