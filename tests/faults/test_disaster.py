"""Everything is lost but the backup, or the broker is lost but the databases: afterwards the promises hold again."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stack.backup import backup, place, restore
from stack.demo import organisations
from stack.errors import StackError
from stack.settings import StackSettings
from stack.stack import Stack

from tests.faults.arena import Arena, arena, chosen_engines, make_topics
from tests.faults.checker import check, connected, settled
from tests.faults.evidence import load
from tests.faults.history import History
from tests.faults.workload import Load, Workload

# What was acknowledged after the backup is lost with everything else: no backup can promise more. Nor can one of the
# databases alone bring back what lay beside them: files and the folder of letters, which are copied as folders are.
_BEYOND_A_BACKUP = {"every operation once", "files are whole", "letters are sent once"}


@contextmanager
def a_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="filiere-disaster-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@asynccontextmanager
async def lives(place: Arena, chain: object, folder: Path, rate: float = 40) -> AsyncIterator[tuple[Workload, History]]:
    there = await organisations.register(chain)  # type: ignore[arg-type]
    history = History(folder / "history.jsonl")
    workload = Workload(place.address, place.stack.token, there, history, Load(rate=rate), seed=11)
    async with workload.running():
        yield workload, history
    history.close()


async def until_ready(workload: Workload, count: int) -> None:
    async with asyncio.timeout(90):
        while workload.counts.ready < count or workload.counts.handed_over < 1:
            await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.timeout(400)
async def test_a_backup_taken_under_load_gives_back_a_whole_network() -> None:
    with a_folder() as folder:
        async with (
            arena(folder, chosen_engines()) as (running, chain),
            lives(running, chain, folder) as (workload, _),
        ):
            await until_ready(workload, 8)
            made = await backup(running.stack.databases, folder / "kept")
            assert made["consumers_waited_ms"] < 3000
            await until_ready(workload, 12)  # what follows the backup is lost below, and must leave no trace
            with pytest.raises(StackError, match="existe déjà"):
                await backup(running.stack.databases, folder / "kept")
            with pytest.raises(StackError, match="Arrêtez d'abord"):
                await restore(running.stack.databases, folder / "kept")
        shutil.rmtree(folder / "data")

        settings = StackSettings.in_folder(folder / "data")
        async with place(settings, {}) as stopped:
            await restore(stopped.databases, folder / "kept")
            await backup(stopped.databases, folder / "of-the-restored")  # a backup of what was restored is one too
            await restore(stopped.databases, folder / "of-the-restored")
            async with connected(stopped.databases) as connections:
                found = await load(connections, (), ())
                sent = {row.id for rows in found.sent.values() for row in rows}
                assert sum(len(rows) for rows in found.sent.values()) == sum(
                    service["events"] for service in made["services"].values()
                )
                # The instant was one: nobody has applied what nobody has said.
                assert all(claims.keys() <= sent for claims in found.claimed.values())
        async with Stack(settings, home=False) as stack:
            await settled(stack.databases, (), 60)
            found, broken_ = await check(stack.databases, stack.kafka_bootstrap_servers, settings.data, ())
        assert {name: said for name, said in broken_.items() if name not in _BEYOND_A_BACKUP} == {}
        # What was ready is known in both places; what was taken back to its workshop since is in no stock.
        ready = {row.key for row in found.sent["refurbish"] if row.type == "device-ready"}
        back = {row.key for row in found.sent["refurbish"] if row.type in ("device-recalled", "device-withdrawn")}
        assert len(ready) >= 8
        assert len(found.rows["distribute"]["items"]) >= len(ready - back)


async def test_half_a_backup_is_not_restored() -> None:
    with a_folder() as folder:
        (folder / "kept.new").mkdir()
        with pytest.raises(StackError, match="pas une sauvegarde entière"):
            await restore({}, folder / "kept.new")


@pytest.mark.slow
@pytest.mark.embedded_broker
@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.timeout(400)
async def test_a_stopped_stack_takes_up_the_events_that_were_on_their_way() -> None:
    with a_folder() as folder:
        async with arena(folder, "embedded") as (running, chain):
            async with lives(running, chain, folder, rate=100) as (workload, history):
                await until_ready(workload, 6)
                held = running.pause("refurbish-worker")  # the others send on; it leaves their events in the broker
                await asyncio.sleep(1.5)
            running.resume(held)
            settings = running.stack.settings
            await running.stack.stop()
        async with Stack(settings, home=False) as stack:
            await settled(stack.databases, history.operations, 60)
            _, broken_ = await check(stack.databases, stack.kafka_bootstrap_servers, settings.data, history.operations)
            assert broken_ == {}


@pytest.mark.slow
@pytest.mark.apache_kafka
@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.timeout(400)
async def test_an_apache_kafka_that_lost_everything_is_refilled_from_the_outboxes() -> None:
    with a_folder() as folder:
        began = datetime.now(UTC) - timedelta(minutes=1)
        async with arena(folder, "kafka", workers=2) as (running, chain):
            async with lives(running, chain, folder) as (workload, history):
                await until_ready(workload, 8)
            assert running.kafka is not None
            await running.stack.stop_workers()
            running.kafka.destroy()
            shutil.rmtree(running.kafka.data_dir)
            await running.kafka.start()
            await make_topics(running.bootstrap_servers)
            await running.stack.republish(since=began)
            await running.stack.start_workers()
            await settled(running.stack.databases, history.operations, 90)
            _, broken_ = await check(
                running.stack.databases, running.bootstrap_servers, running.stack.settings.data, history.operations
            )
            assert broken_ == {}
