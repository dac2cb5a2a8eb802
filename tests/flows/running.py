"""A whole Filière in a temporary folder, for flows and for faults."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from filiere.testing.engines import Databases
from stack.demo.api import Chain
from stack.scenario import ScenarioContext
from stack.settings import StackSettings
from stack.stack import Stack


@asynccontextmanager
async def running_stack() -> AsyncIterator[Stack]:
    """The stack, durable, on free ports."""
    with tempfile.TemporaryDirectory(prefix="filiere-flow-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - at once; the databases run under another account when we are root
        settings = StackSettings.in_folder(folder / "data")
        async with Stack(settings, home=False) as stack:
            yield stack
        if settings.database_url is not None:  # a server that is not ours: leave nothing behind
            server = Databases(settings.database_url.get_secret_value())
            for url in stack.databases.values():
                await server.drop(url)


@asynccontextmanager
async def chain_of(stack: Stack, **headers: str) -> AsyncIterator[Chain]:
    """The public APIs of a running stack, for anybody; every request carries the headers."""
    async with httpx.AsyncClient(timeout=30, headers=headers) as client:
        context = ScenarioContext(
            stack.home_url,
            stack.collect_url,
            stack.refurbish_url,
            stack.distribute_url,
            stack.settings.data,
            stack.token,
            lambda *_: None,
        )
        yield Chain(context, client)


@asynccontextmanager
async def running_chain() -> AsyncIterator[tuple[Stack, Chain]]:
    """A stack of the test's own, and its public APIs."""
    async with running_stack() as stack, chain_of(stack) as chain:
        yield stack, chain
