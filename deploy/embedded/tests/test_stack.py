"""The supervisor with real engines and small real processes in the services' place."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio
from filiere.embedded.ports import PortTaken
from pydantic import SecretStr
from stack.dev import keep_fresh
from stack.errors import DataFolderInUse, DataFolderUnusable, NeverReady, StepFailed
from stack.launch import Launcher, Program
from stack.playing import play_aside
from stack.services import ServicePlan
from stack.settings import StackSettings
from stack.stack import Stack
from stack.states import State
from stack.supervised import run_to_end
from stack.terminal import Terminal

PROGRAM = Path(__file__).with_name("fake_service.py")


def plan(name: str) -> ServicePlan:
    return ServicePlan(name, name.title(), (sys.executable, str(PROGRAM)))


SERVICES = [plan("collect"), plan("distribute")]


def settings_in(folder: Path, environment: pytest.MonkeyPatch) -> StackSettings:
    environment.setenv("CALLS", str(folder / "calls"))
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "OIDC_ISSUER"):
        environment.delenv(name, raising=False)
    # Cold: these processes import nothing worth sharing. The warm way has its own tests.
    return StackSettings.in_folder(folder / "data").model_copy(update={"warm": False})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackSettings:
    return settings_in(tmp_path, monkeypatch)


@pytest.fixture
async def stack(settings: StackSettings) -> AsyncIterator[Stack]:
    async with Stack(settings, SERVICES, home=False) as stack:
        yield stack


shared = pytest.mark.asyncio(loop_scope="module")
"""Of a test that takes the `calm` stack."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def calm(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One for all tests that only look at it."""
    with pytest.MonkeyPatch.context() as environment:
        settings = settings_in(tmp_path_factory.mktemp("calm"), environment)
        async with Stack(settings, SERVICES, home=False) as stack:
            yield stack


def calls(stack: Stack) -> list[str]:
    """The commands run so far, without their pids."""
    return [line.rsplit(" ", 1)[0] for line in (stack.settings.data.parent / "calls").read_text().splitlines()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def status(url: str) -> int:
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).status_code


@pytest.mark.slow
@shared
async def test_every_part_is_ready_and_each_service_is_migrated_before_it_runs(calm: Stack) -> None:
    assert calm.board["collect-api"].address == calm.settings.public_url("collect")
    assert {part.state for part in calm.board.parts()} == {State.READY}
    assert set(calm.pids) == {
        "postgres",
        "broker",
        "identity",
        "collect-api",
        "collect-worker",
        "distribute-api",
        "distribute-worker",
    }
    assert calls(calm).index("migrate") < calls(calm).index("api")
    assert calls(calm).count("members grant claire coordinator") == 2
    assert await status(f"{calm.collect_url}/health/ready") == 200
    connection = await asyncpg.connect(calm.databases["distribute"])
    await connection.close()


@pytest.mark.slow
@shared
async def test_a_persons_token_comes_from_the_running_provider(calm: Stack) -> None:
    assert (await calm.token("amina")).count(".") == 2


async def test_what_a_step_says_is_told_line_by_line_and_its_failure_by_the_last(tmp_path: Path) -> None:
    says = (
        "import sys, time; w = sys.stdout; w.write('one\\ntw'); w.flush(); time.sleep(0.3); w.write('o\\nend'); exit(3)"
    )
    log_file = tmp_path / "step.log"
    log_file.write_text("of another time\n")
    program = Program("step", "Étape", (sys.executable, "-c", says), dict(os.environ), log_file)
    heard: list[str] = []
    with pytest.raises(StepFailed, match=r"code 3\).*one \| two \| end"):
        await run_to_end(Launcher(tmp_path / "nursery.log", warm=False), program, None, heard.append)
    assert heard == ["one\n", "two\n"]


@pytest.mark.slow
@shared
async def test_a_demonstration_that_cannot_be_played_ends_with_the_reason(calm: Stack) -> None:
    said = io.StringIO()
    with pytest.raises(StepFailed, match="demonstration"):
        await play_aside(calm, Terminal(calm.board, said))  # nobody here knows what an organisation is
    assert "● Connexions" in said.getvalue(), "what went well before is shown as it goes"


@pytest.mark.slow
async def test_leaving_stops_every_process_and_frees_the_folder(settings: StackSettings) -> None:
    async with Stack(settings, SERVICES, home=False) as stack:
        pids = list(stack.pids.values())
        assert all(map(alive, pids))
    assert not any(map(alive, pids))
    async with Stack(settings, SERVICES, home=False) as again:
        assert again.pids


@pytest.mark.slow
async def test_a_killed_process_is_started_again(stack: Stack) -> None:
    before = stack.pids["collect-api"]
    stack.kill("collect-api")
    await stack.wait_ready("collect-api", timeout=10)
    assert stack.pids["collect-api"] != before
    assert stack.board["collect-api"].restarts == 1


@pytest.mark.slow
async def test_the_database_comes_back_with_its_data_while_the_services_keep_running(stack: Stack) -> None:
    connection = await asyncpg.connect(stack.databases["collect"])
    await connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
    services = {name: pid for name, pid in stack.pids.items() if name.endswith(("api", "worker"))}

    stack.kill("postgres")
    await stack.wait_ready("postgres", timeout=20)

    connection = await asyncpg.connect(stack.databases["collect"])
    assert await connection.fetchval("SELECT value FROM kept") == 1
    await connection.close()
    assert services.items() <= stack.pids.items()


@pytest.mark.slow
async def test_a_dead_broker_is_a_new_incarnation_and_the_api_never_stops(stack: Stack) -> None:
    before = stack.pids
    calls_before = len(calls(stack))  # an embedded broker is refilled at the stack's start too

    stack.kill("broker")
    await stack.wait_ready("broker", "collect-worker", "distribute-worker", timeout=20)

    after = stack.pids
    assert stack.incarnation == 2
    assert all(after[name] == before[name] for name in ("collect-api", "distribute-api", "postgres"))
    assert all(after[name] != before[name] for name in ("collect-worker", "distribute-worker", "broker"))
    history = calls(stack)[calls_before:]
    republished = [place for place, call in enumerate(history) if call == "events republish --all"]
    restarted = [place for place, call in enumerate(history) if call == "worker"]
    assert len(republished) == 2
    assert max(republished) < min(restarted)


@pytest.mark.slow
async def test_a_broker_that_dies_while_it_is_being_refilled_is_begun_anew(stack: Stack) -> None:
    def kill_again_once(part: object) -> None:
        if stack.incarnation == 2 and "events republish --all" in calls(stack):
            stack.kill("broker")

    stack.listen(kill_again_once)
    stack.kill("broker")
    await stack.wait_ready("broker", "collect-worker", "distribute-worker", timeout=30)
    assert stack.incarnation == 3


@pytest.mark.slow
async def test_a_process_that_dies_again_and_again_is_said_and_slowed_down(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stack.supervised._FIRST_PAUSE_SECONDS", 0.001)
    (stack.settings.data.parent / "worker.broken").touch()
    stack.kill("collect-worker")
    async with asyncio.timeout(20):
        await stack.board.until(lambda: stack.board["collect-worker"].state is State.FAILING)
    assert "broken on purpose" in stack.board["collect-worker"].detail
    assert "collect-worker.log" in stack.board["collect-worker"].detail


@pytest.mark.slow
async def test_a_failing_migration_is_one_sentence_and_leaves_nothing_behind(settings: StackSettings) -> None:
    (settings.data.parent / "migrate.broken").touch()
    stack = Stack(settings, SERVICES, home=False)
    with pytest.raises(StepFailed, match="broken on purpose"):
        await stack.__aenter__()
    assert stack.pids == {}


@pytest.mark.slow
async def test_a_service_that_never_worked_stops_the_start(settings: StackSettings) -> None:
    (settings.data.parent / "api.broken").touch()
    with pytest.raises(NeverReady, match="broken on purpose"):
        await Stack(settings, SERVICES, home=False).__aenter__()


async def test_a_taken_port_names_its_setting(settings: StackSettings) -> None:
    taken = socket.create_server(("127.0.0.1", settings.distribute_port))
    with taken, pytest.raises(PortTaken, match="FILIERE_DISTRIBUTE_PORT"):
        await Stack(settings, SERVICES, home=False).__aenter__()


@pytest.mark.slow
@shared
async def test_two_supervisors_never_share_a_data_folder(calm: Stack) -> None:
    other = StackSettings.in_folder(calm.settings.data)
    with pytest.raises(DataFolderInUse, match=str(os.getpid())):
        await Stack(other, SERVICES, home=False).__aenter__()
    assert calm.pids["postgres"]


async def test_a_data_folder_that_is_a_file_is_said(settings: StackSettings) -> None:
    settings.data.write_text("not a folder")
    with pytest.raises(DataFolderUnusable, match="FILIERE_DATA"):
        await Stack(settings, SERVICES, home=False).__aenter__()


@pytest.mark.slow
@shared
async def test_named_engines_replace_the_embedded_ones(
    calm: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    real = StackSettings.in_folder(tmp_path / "second").model_copy(
        update={
            "warm": False,
            "database_url": SecretStr(calm.databases["collect"]),
            "kafka_bootstrap_servers": calm.kafka_bootstrap_servers,
            "oidc_issuer": calm.issuer,
        }
    )
    async with Stack(real, [plan("refurbish")], home=False) as second:
        assert set(second.pids) == {"refurbish-api", "refurbish-worker"}
        connection = await asyncpg.connect(second.databases["refurbish"])
        assert await connection.fetchval("SELECT current_database()") == "refurbish"
        await connection.close()


@pytest.mark.slow
def test_children_die_with_a_killed_supervisor(settings: StackSettings) -> None:
    program = (
        "import asyncio, os, signal, sys; from pathlib import Path\n"
        "from stack.services import ServicePlan; from stack.settings import StackSettings\n"
        "from stack.stack import Stack\n"
        "async def main():\n"
        f"    plan = ServicePlan('collect', 'Collecte', (sys.executable, {str(PROGRAM)!r}))\n"
        "    async with Stack(StackSettings.in_folder(Path(sys.argv[1])), [plan], home=False) as stack:\n"
        "        print(*stack.pids.values(), flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(settings.data)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 6  # with the nursery
    deadline = time.monotonic() + 10
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, pids))


@pytest.mark.slow
async def test_a_nursery_that_dies_again_while_it_starts_leaves_nobody_dead(settings: StackSettings) -> None:
    warm = settings.model_copy(update={"warm": True})
    async with Stack(warm, SERVICES[:1], home=False) as stack:
        for _ in range(3):
            before = stack.pids["nursery"]
            stack.kill("nursery")
            async with asyncio.timeout(20):
                while stack.pids.get("nursery", before) == before:  # the next one is there, and still importing
                    await asyncio.sleep(0.005)
        stack.kill("nursery")
        await stack.wait_ready(timeout=60)
        assert await status(f"{stack.collect_url}/health/ready") == 200


@pytest.mark.slow
async def test_a_service_somebody_works_on_starts_again_at_each_change(stack: Stack, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    words = io.StringIO()
    working = asyncio.create_task(keep_fresh(stack, Terminal(stack.board, words), plan("collect"), [code]))
    others = {part: pid for part, pid in stack.pids.items() if not part.startswith("collect")}
    try:
        for number in range(2):
            before = stack.pids["collect-api"], stack.pids["collect-worker"]
            await until(lambda: "redémarre à chaque" in words.getvalue())
            (code / f"page_{number}.html").write_text("<p>")
            await until(lambda: words.getvalue().count("est de nouveau là") > number)  # noqa: B023
            assert not {*before} & {stack.pids["collect-api"], stack.pids["collect-worker"]}
        (tmp_path / "api.broken").touch()
        (code / "page_0.html").unlink()
        await until(lambda: "broken on purpose" in words.getvalue())
        (tmp_path / "api.broken").unlink()
        (code / "page_1.html").write_text("<p>mended")
        await until(lambda: words.getvalue().count("est de nouveau là") == 3)
    finally:
        working.cancel()
    assert {part: stack.pids[part] for part in others} == others


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.05)
