"""Running an audit on the databases of a Filière."""

import asyncio
from collections.abc import Mapping

from filiere.database import Database
from filiere.dead_letter.repository import DeadLetterRepository
from filiere.outbox import OutboxRepository

from stack.audit.conservation import conservation
from stack.report import Report, ServiceFacts

WHOLE_CHAIN = frozenset({"collect", "refurbish", "distribute"})
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
