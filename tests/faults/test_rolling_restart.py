"""A new version rolls out under load: every worker and every api is restarted, one after the other."""

import tempfile
from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from stack.demo import organisations

from tests.faults.arena import SERVICES, Arena, arena
from tests.faults.checker import check, connected, settled
from tests.faults.evidence import Evidence
from tests.faults.history import History
from tests.faults.workload import Load, Workload

_LONGEST_STALL_S = 15.0  # the promise itself


@pytest.mark.slow
@pytest.mark.apache_kafka
@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.timeout(600)
async def test_a_rolling_restart_of_two_workers_per_service_loses_nothing_and_stalls_no_partition() -> None:
    with tempfile.TemporaryDirectory(prefix="filiere-rolling-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with arena(folder, "kafka", workers=2) as (place, chain):
            there = await organisations.register(chain)
            history = History(folder / "history.jsonl")
            workload = Workload(place.address, place.stack.token, there, history, Load(rate=20), seed=5)
            async with workload.running():
                for service in SERVICES:
                    for part in [*place.workers(service), f"{service}-api"]:
                        await place.stack.restart(part)
            history.close()
            await settled(place.stack.databases, history.operations, 120)
            found, broken = await check(
                place.stack.databases, place.bootstrap_servers, place.stack.settings.data, history.operations
            )
            assert broken == {}
            stalls = await longest_stalls(place, found)
    assert len(stalls) > 20  # (consumer, topic, partition): the load reached most of them
    print({" ".join(map(str, where)): round(stall, 1) for where, stall in sorted(stalls.items())})
    worst = max(stalls, key=lambda where: stalls[where])
    assert stalls[worst] < _LONGEST_STALL_S, (worst, stalls[worst])


async def longest_stalls(place: Arena, found: Evidence) -> dict[tuple[str, str, int], float]:
    """Per consumer, topic and partition: the longest that an event waited from its commit to its being applied, s.

    It counts everything on the way: a relay that hands its lock over, a group that shares its partitions anew.
    """
    committed: dict[object, datetime] = {}
    async with connected(place.stack.databases) as connections:
        for connection in connections.values():
            rows = await connection.fetch("SELECT id, created_at FROM outbox")
            committed |= {row["id"]: row["created_at"] for row in rows}
    stalls: dict[tuple[str, str, int], float] = defaultdict(float)
    for record in found.seen:
        for consumer, claims in found.claimed.items():
            if record.id in claims and not record.topic.startswith(consumer):
                waited = (claims[record.id] - committed[record.id]).total_seconds()
                where = (consumer, record.topic, record.partition)
                stalls[where] = max(stalls[where], waited)
    return stalls
