"""The demonstration in a process of its own: what it loads and keeps goes with it, and the supervisor stays small.

The child writes a line of JSON for each step; the supervisor reads them in the child's log as they come.
"""

import json
from collections.abc import Mapping
from typing import Any

from stack.logins import Logins
from stack.run import Report, timed
from stack.scenario import ScenarioContext
from stack.settings import StackSettings
from stack.stack import Stack
from stack.terminal import Terminal

STEP, RESULT = "step", "result"


async def play_aside(stack: Stack, terminal: Terminal) -> dict[str, Any]:
    """Play against a running stack, each stage a line of the terminal; what was done. Raises StepFailed."""
    result: dict[str, Any] = {}

    def hear(line: str) -> None:
        if line.startswith(f'{{"{STEP}"'):
            stage, done, total, text = json.loads(line)[STEP]
            terminal.stage(stage, done, total, text)
        elif line.startswith(f'{{"{RESULT}"'):
            result.update(json.loads(line)[RESULT])

    places = {
        "home_url": stack.home_url,
        "collect_url": stack.collect_url,
        "refurbish_url": stack.refurbish_url,
        "distribute_url": stack.distribute_url,
        "issuer": stack.issuer,
    }
    await stack.aside(
        "demonstration", "play-here", json.dumps(places), f"--data={stack.settings.data.absolute()}", hear=hear
    )
    return result


async def play_here(settings: StackSettings, places: Mapping[str, str]) -> None:
    """In the child: play, and say each step and the result in lines of JSON."""
    from stack import demo  # the supervisor reads this module too, and never plays

    urls = {name: url for name, url in places.items() if name != "issuer"}
    token = Logins(settings, places["issuer"])

    def context(report: Report) -> ScenarioContext:
        return ScenarioContext(**urls, data_dir=settings.data.absolute(), token=token, report=report)

    played = await timed(demo.run, lambda *step: _say(STEP, step), context)
    _say(RESULT, played.as_json())


def _say(kind: str, what: object) -> None:
    print(json.dumps({kind: what}, ensure_ascii=False), flush=True)
