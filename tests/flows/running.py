"""A whole Filière in a temporary folder, for flows and for faults."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from stack.demo.api import Chain
from stack.scenario import ScenarioContext
from stack.settings import StackSettings
from stack.stack import Stack


@asynccontextmanager
async def running_chain() -> AsyncIterator[tuple[Stack, Chain]]:
    """The stack, durable, on free ports; and its public APIs for anybody."""
    with tempfile.TemporaryDirectory(prefix="filiere-flow-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - at once; the databases run under another account when we are root
        settings = StackSettings.in_folder(folder / "data")
        async with Stack(settings, home=False) as stack, httpx.AsyncClient(timeout=30) as client:
            context = ScenarioContext(
                stack.home_url,
                stack.collect_url,
                stack.refurbish_url,
                stack.distribute_url,
                settings.data,
                stack.token,
                lambda *_: None,
            )
            yield stack, Chain(context, client)
