"""What can be done with a Filière that runs elsewhere."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from stack import audit as auditing
from stack import demo as demonstration
from stack.elsewhere.settings import ElsewhereSettings
from stack.elsewhere.tokens import PasswordTokens
from stack.home import reading
from stack.home.app import create_home
from stack.run import timed
from stack.scenario import ScenarioContext, ScenarioResult
from stack.services import API_TITLE, SERVICES, WORKER_TITLE
from stack.terminal import Terminal


async def play(settings: ElsewhereSettings, terminal: Terminal) -> ScenarioResult | None:
    """Play the demonstration once per data folder, by the public addresses alone; None when it was played before.

    Raises StackError.
    """
    played = settings.data / "demo.json"
    if played.exists():
        return None

    def context(report: Callable[[str, int, int, str], None]) -> ScenarioContext:
        return ScenarioContext(
            home_url=settings.public_url("home"),
            collect_url=settings.public_url("collect"),
            refurbish_url=settings.public_url("refurbish"),
            distribute_url=settings.public_url("distribute"),
            data_dir=settings.data.absolute(),
            token=PasswordTokens(settings),
            report=report,
        )

    result = await timed(demonstration.run, terminal.stage, context)
    settings.data.mkdir(parents=True, exist_ok=True)
    played.write_text(json.dumps(result.as_json(), ensure_ascii=False))
    return result


async def audit(settings: ElsewhereSettings) -> auditing.Report:
    """Audit once nothing is on its way any more, and leave the result where the front door finds it."""
    report = await auditing.settled_audit(settings.databases())
    settings.data.mkdir(parents=True, exist_ok=True)
    (settings.data / "audit.json").write_text(json.dumps(report.as_json(), ensure_ascii=False))
    return report


def serve_home(settings: ElsewhereSettings) -> None:
    """The front door: who one can be, what the probes say, the last audit. Until a signal."""
    home = create_home(settings, parts=parts_of(settings), password=settings.password.get_secret_value())
    uvicorn.run(home, host=settings.host, port=settings.port, log_level="warning", access_log=False)


def parts_of(settings: ElsewhereSettings) -> Callable[[], Awaitable[list[reading.Part]]]:
    """No supervisor knows the parts here: what is listed is what can be asked, and only its own probe is believed."""
    entries = []
    for plan in SERVICES:
        entries.append(_entry(f"{plan.name}-api", f"{plan.title}, {API_TITLE}", settings.public_url(plan.name)))
        if worker := getattr(settings, f"{plan.name}_worker_url"):
            entries.append(_entry(f"{plan.name}-worker", f"{plan.title}, {WORKER_TITLE}", worker))
    return lambda: reading.probed(entries)


def _entry(name: str, title: str, address: str) -> dict[str, Any]:
    return {"name": name, "title": title, "address": address, "state": "ready", "detail": "", "restarts": 0}
