"""A promise belongs to its day in Paris, for every query that looks back; also when the hour changes."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from distribute.allocation.proposals import service as proposals
from distribute.engine import QUOTA_DAYS
from distribute.served import service as served
from distribute.served.repository import ServedRepository
from filiere.calendar import PARIS, clock_at, start_of, today
from filiere.database import Scope

from .conftest import World

TABLETS = {"category": "tablet", "quantity": 4, "min_grade": "D"}


async def promised_at(world: World, *moments: datetime) -> None:
    """One promise of a tablet at each moment; the order lacks one more."""
    relais = await world.relais()
    await world.order(relais, {**TABLETS, "quantity": len(moments) + 1})
    await world.ready(len(moments))
    await world.allocate()
    rows = await world.rows("SELECT id FROM reservation ORDER BY id")
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        for row, moment in zip(rows, moments, strict=True):
            await driver.execute("UPDATE reservation SET reserved_at = $1 WHERE id = $2", moment, row["id"])


@pytest.mark.parametrize("first", [date(2026, 7, 1), date(2026, 3, 29), date(2026, 10, 25)])
async def test_a_promise_half_an_hour_after_midnight_counts_in_every_window(world: World, first: date) -> None:
    """The window of the rule opens on `first`; half an hour before is the day before."""
    midnight = datetime.combine(first, time.min, PARIS)
    await promised_at(world, midnight.replace(minute=30), midnight - timedelta(minutes=30))
    on = first.replace(year=first.year + 1)
    async with world.database.read() as session:
        problem, _ = await proposals.take_snapshot(session, on)
    async with world.database.read() as session:
        (relais,) = problem.relais
        own = await served.own(session, Scope([UUID(relais.id)]), on)
        (everybody,) = await ServedRepository.from_session(session).by_address(start_of(served.since(on)))
    assert (relais.served, own[UUID(relais.id)].served, everybody.served) == (1, 1, 1)


@pytest.mark.parametrize("first", [date(2026, 7, 1), date(2026, 3, 29), date(2026, 10, 25)])
async def test_the_quota_looks_back_to_the_same_midnight(world: World, first: date) -> None:
    midnight = datetime.combine(first, time.min, PARIS)
    await promised_at(world, midnight.replace(minute=30), midnight - timedelta(minutes=30))
    async with world.database.read() as session:
        problem, _ = await proposals.take_snapshot(session, first + timedelta(days=QUOTA_DAYS))
    assert [(one.category, one.given) for one in problem.lately] == [("tablet", 1)]


async def test_a_receipt_of_new_years_night_is_of_the_new_year(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais)
    with clock_at(datetime(2026, 12, 31, 23, 30, tzinfo=PARIS) + timedelta(hours=1)):
        assert today() == date(2027, 1, 1)
        told = await world.call(relais["client"], "/handovers", {"label": labels[0], "kind": "given"}, status=201)
    assert told["receipt"].startswith("2027")
