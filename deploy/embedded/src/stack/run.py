"""Running a stack for a person at a terminal: signals, order of words, time per stage."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence

from stack.scenario import ScenarioContext, ScenarioResult
from stack.services import SERVICES, ServicePlan
from stack.settings import StackSettings
from stack.stack import Stack
from stack.states import Board
from stack.terminal import Terminal

Scenario = Callable[[ScenarioContext], Awaitable[ScenarioResult]]
Report = Callable[[str, int, int, str], None]


async def run_stack(
    settings: StackSettings,
    terminal_for: Callable[[Board], Terminal],
    work: Callable[[Stack, Terminal], Awaitable[None]],
    services: Sequence[ServicePlan] = SERVICES,
) -> int:
    """Start the stack, do `work`, stop the stack; returns the exit status.

    The first SIGINT or SIGTERM ends `work` (or the start) and stops everything in order; a second one kills at once.
    """
    stack = Stack(settings, services)
    terminal = terminal_for(stack.board)
    interrupted = asyncio.Event()

    def on_signal() -> None:
        if interrupted.is_set():
            stack.force_stop()
            os._exit(130)
        interrupted.set()
        terminal.stopping()
        terminal.say("\n  Arrêt en cours… (encore Ctrl-C pour tout couper)")

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    running = asyncio.create_task(_start_and_work(stack, terminal, work))
    stop = asyncio.create_task(interrupted.wait())
    try:
        await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
    finally:
        running.cancel()
        stop.cancel()
        await asyncio.gather(running, stop, return_exceptions=True)
        terminal.stopping()
        await stack.stop()
    if interrupted.is_set():
        terminal.say("  Tout est arrêté.")
    return 0


async def _start_and_work(stack: Stack, terminal: Terminal, work: Callable[[Stack, Terminal], Awaitable[None]]) -> None:
    await stack.start()
    terminal.settle()
    await work(stack, terminal)


async def timed(scenario: Scenario, tell: Report, context: Callable[[Report], ScenarioContext]) -> ScenarioResult:
    """Play a scenario in a context that reports: each report is told on, each stage timed."""
    began = time.monotonic()
    stages: dict[str, float] = {}

    def report(stage: str, done: int, total: int, text: str) -> None:
        """The seconds of a stage run from the end of the one before to its last report."""
        before = sum(took for name, took in stages.items() if name != stage)
        stages[stage] = time.monotonic() - began - before
        tell(stage, done, total, text)

    result = await scenario(context(report))
    result.seconds = {**stages, **result.seconds, "total": time.monotonic() - began}
    return result
