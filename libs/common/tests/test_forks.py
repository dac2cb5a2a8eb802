"""A forked process of the tests is what a started one is; see `filiere.testing.forks`."""

import json
from typing import Any

import pytest
from filiere.jobs.process import Process, ProcessFailed
from filiere.testing import forks

PAPER = "filiere.documents.labels"
READING = "filiere.inventories.reading"


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the slow run, which starts them as the product does."""
    monkeypatch.setattr(Process, "start", Process.__dict__["start"])
    forks.begin()


async def said(module: str, content: bytes) -> list[dict[str, Any]]:
    return [message async for message in (await Process.start(module, content)).messages()]


async def test_each_begins_anew_and_says_its_own() -> None:
    one, other = json.dumps({"os": "one"}).encode(), b"no inventory"
    first = await said(READING, one)
    assert await said(READING, other) != first
    assert await said(READING, one) == first


async def test_what_it_complains_of_is_the_end_of_it() -> None:
    with pytest.raises(ProcessFailed, match="Expecting value"):
        await said(PAPER, b"no json")


async def test_it_is_stopped_while_it_waits() -> None:
    process = await forks.Forked.start(READING, ())
    process.kill()
    assert await process.wait() == -9
    assert process.returncode == -9
    process.stdin.close()
