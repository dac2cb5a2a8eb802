"""Running an audit on a live stack, or on the databases a stack left its addresses of."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from filiere.database import Database
from filiere.dead_letter.repository import DeadLetterRepository
from filiere.outbox import OutboxRepository

from stack.audit.conservation import conservation
from stack.audit.report import Report, ServiceFacts

WHOLE_CHAIN = frozenset({"collect", "refurbish", "distribute"})
_DATABASES_FILE = "databases.json"
_SETTLE_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.25


async def audit(databases: Mapping[str, str]) -> Report:
    """Look at every service once. `databases`: URL by service name."""
    facts = await asyncio.gather(*(_facts(name, url) for name, url in databases.items()))
    places, broken = await conservation(databases) if databases.keys() >= WHOLE_CHAIN else ({}, [])
    return Report(dict(zip(databases, facts, strict=True)), places, broken)


async def settled_audit(databases: Mapping[str, str], timeout: float = _SETTLE_SECONDS) -> Report:
    """Look until nothing is on its way any more (or `timeout` seconds have passed), then report."""
    deadline = asyncio.get_running_loop().time() + timeout
    while True:
        report = await audit(databases)
        if report.ok or asyncio.get_running_loop().time() > deadline:
            return report
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


async def _facts(name: str, url: str) -> ServiceFacts:
    database = Database(url, pool_size=1)
    try:
        async with database.read() as session:
            waiting, events = await OutboxRepository.from_session(session).counts()
            dead = await DeadLetterRepository.from_session(session).count_open(name)
    finally:
        await database.dispose()
    return ServiceFacts(events, waiting, dead)


def remember_databases(folder: Path, databases: Mapping[str, str]) -> None:
    """Leave the addresses (they hold a password: for our eyes only) for `python -m stack audit`."""
    file = folder / _DATABASES_FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(dict(databases)))


def forget_databases(folder: Path) -> None:
    """The stack has stopped: its addresses lead nowhere."""
    (folder / _DATABASES_FILE).unlink(missing_ok=True)


def databases_of(folder: Path) -> dict[str, str]:
    """The addresses a stack left; empty when none runs."""
    file = folder / _DATABASES_FILE
    return dict(json.loads(file.read_text())) if file.exists() else {}
