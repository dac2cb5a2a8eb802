"""What computes on the event loop is told with its stack; what waits, or is kept waiting by a busy machine, is not."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from filiere.telemetry import loop_lag

LIMIT = timedelta(milliseconds=20)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(loop_lag.log, "warning", lambda event, **values: lines.append({"event": event, **values}))
    return lines


def compute(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


async def while_watched(work: Callable[[], object]) -> None:
    with loop_lag.watched(LIMIT):
        await asyncio.sleep(0.02)
        work()
        await asyncio.sleep(0.02)


async def test_work_on_the_loop_is_told_with_its_stack(told: list[dict[str, Any]]) -> None:
    await while_watched(lambda: compute(0.2))
    (line,) = told
    assert line["event"] == "loop_blocked"
    assert line["milliseconds"] >= 200
    assert "in compute" in line["stack"]


async def test_work_in_a_thread_and_waiting_are_not(told: list[dict[str, Any]]) -> None:
    await while_watched(lambda: time.sleep(0.2))
    with loop_lag.watched(LIMIT):
        await asyncio.to_thread(compute, 0.2)
    assert told == []


async def test_many_short_turns_are_no_long_one(told: list[dict[str, Any]]) -> None:
    async def busy() -> None:
        for _ in range(100):
            compute(0.001)
            await asyncio.sleep(0)

    with loop_lag.watched(LIMIT):
        await asyncio.gather(*(busy() for _ in range(3)))
    assert told == []


async def test_nothing_is_measured_without_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "_Watch", None)
    with loop_lag.watched(None):
        await asyncio.sleep(0)
