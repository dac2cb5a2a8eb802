"""A short storm with a fixed seed; `make fire` is the long one."""

from pathlib import Path

import pytest

from tests.faults.arena import chosen_engines
from tests.faults.fire import fire
from tests.faults.nemesis import schedule
from tests.faults.report import page
from tests.faults.workload import Load

_MINUTES = 0.7


@pytest.mark.slow
@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.timeout(600)
async def test_no_promise_breaks_in_a_short_storm(tmp_path: Path) -> None:
    run = await fire(chosen_engines(), _MINUTES, 20261124, tmp_path, load=Load(rate=20), per_minute=40)
    assert run.ok, page(run)
    assert sum(run.faults.values()) >= 10, page(run)
    assert sum(one.outcome == "ok" for one in run.operations) >= 100, page(run)


def test_a_schedule_is_the_same_for_the_same_seed() -> None:
    kinds = ["kill api", "pause broker", "cut database off"]
    one = schedule(3, 5, 20, kinds)
    assert one == schedule(3, 5, 20, kinds) != schedule(4, 5, 20, kinds)
    assert {fault.kind for fault in one} == set(kinds)
    assert all(0 <= fault.at < 300 for fault in one)
