"""Nothing parses, unpacks or computes on an event loop for more than 20 ms, while the whole demonstration is played."""

import json
from pathlib import Path

import pytest
from filiere.testing.slowness import slowness
from stack import demo
from stack.run import Report
from stack.scenario import ScenarioContext
from stack.settings import StackSettings
from stack.stack import Stack

LIMIT_MS = 20


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_no_turn_of_a_loop_computes_long_while_the_demonstration_is_played(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOP_LAG_REPORT", f"PT{LIMIT_MS * slowness() / 1000:.3f}S")
    folder = tmp_path_factory.mktemp("lag")
    async with Stack(StackSettings.in_folder(folder, fast=True)) as stack:
        await demo.run(context(stack, lambda *_: None))
    watched = [file for file in (folder / "logs").glob("*.log") if file.stem.endswith(("-api", "-worker"))]
    assert len(watched) == 6
    assert all("loop_watched" in file.read_text() for file in watched)
    assert [line for file in watched for line in blocked(file)] == []


def context(stack: Stack, report: Report) -> ScenarioContext:
    return ScenarioContext(
        home_url=stack.home_url,
        collect_url=stack.collect_url,
        refurbish_url=stack.refurbish_url,
        distribute_url=stack.distribute_url,
        data_dir=stack.settings.data.absolute(),
        token=stack.token,
        report=report,
    )


def blocked(file: Path) -> list[str]:
    """The process, how long, and the innermost frames of each turn over the limit."""
    found = []
    for line in file.read_text().splitlines():
        if '"loop_blocked"' in line:
            told = json.loads(line)
            found.append(f"{file.stem}: {told['milliseconds']} ms\n{told['stack']}")
    return found
