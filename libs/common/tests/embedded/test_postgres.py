"""The embedded PostgreSQL: real servers, killed and restarted, as root and as an ordinary user."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from filiere.embedded import postgres
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.embedded.postgres_account import Account, binaries
from filiere.embedded.process import EngineError


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres")
    yield server
    server.kill()


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def owner_of(server: EmbeddedPostgres) -> int:
    return Path(f"/proc/{server.pid}").stat().st_uid


def program_of(server: EmbeddedPostgres) -> Path:
    return Path(f"/proc/{server.pid}/exe").readlink()


async def test_an_acknowledged_commit_survives_a_kill(server: EmbeddedPostgres) -> None:
    await server.start()
    url = await server.create_database("collect")
    await execute(url, "CREATE TABLE donation (id int)")
    await execute(url, "INSERT INTO donation VALUES (1)")
    port = server.port

    server.kill()
    assert not server.running
    await server.start()

    assert server.port == port
    assert await value(url, "SELECT count(*) FROM donation") == 1


@pytest.mark.slow
async def test_a_warm_start_takes_a_fraction_of_a_second(server: EmbeddedPostgres) -> None:
    await server.start()
    await server.stop()

    began = time.monotonic()
    await server.start()

    assert time.monotonic() - began < 1  # 0.04 s on a quiet machine; the bound only catches a lost probe


@pytest.mark.slow
async def test_the_demonstration_is_durable_and_the_fast_profile_is_not(tmp_path: Path) -> None:
    for fast, expected in ((False, "on"), (True, "off")):
        async with EmbeddedPostgres(tmp_path / expected, fast=fast) as server:
            assert await value(server.url(), "SHOW fsync") == expected


@pytest.mark.slow
async def test_databases_are_created_from_a_template_and_dropped_under_a_connected_client(
    server: EmbeddedPostgres,
) -> None:
    await server.start()
    template = await server.create_database("template_of_collect")
    await execute(template, "CREATE TABLE donation (id int)")

    copy = await server.create_database("one test", template="template_of_collect")
    idle = await asyncpg.connect(copy)
    assert await value(copy, "SELECT count(*) FROM donation") == 0
    assert await server.ensure_database("one test") == copy

    await server.drop_database("one test")
    await idle.close(timeout=1)
    assert not await server.has_database("one test")


async def test_nobody_connects_without_the_password(server: EmbeddedPostgres) -> None:
    await server.start()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://filiere:wrong@127.0.0.1:{server.port}/postgres")


@pytest.mark.slow
async def test_a_pid_file_of_a_dead_server_does_not_stop_the_next_one(server: EmbeddedPostgres) -> None:
    await server.start()
    await server.stop()
    # The pid is alive but belongs to another program, as after the restart of a container.
    (server.data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data_dir}\n")

    await server.start()

    assert await value(server.url(), "SELECT 1") == 1


@pytest.mark.slow
async def test_two_servers_never_share_a_folder(server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filiere.embedded.postgres_account._ORPHAN_SECONDS", 0.2)
    await server.start()
    with pytest.raises(EngineError, match="already uses"):
        await EmbeddedPostgres(server.data_dir).start()
    assert server.running


@pytest.mark.slow
async def test_an_interrupted_creation_is_begun_again(server: EmbeddedPostgres) -> None:
    half_made = server.data_dir.with_name(f".{server.data_dir.name}.new")
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18")

    await server.start()

    assert not half_made.exists()


async def test_a_strangers_folder_is_refused_and_left_alone(server: EmbeddedPostgres) -> None:
    server.data_dir.mkdir()
    (server.data_dir / "thesis.odt").write_text("years of work")
    with pytest.raises(EngineError, match="neither empty nor"):
        await server.start()
    assert (server.data_dir / "thesis.odt").exists()


@pytest.mark.slow
async def test_a_taken_port_is_said_in_one_sentence(server: EmbeddedPostgres, tmp_path: Path) -> None:
    await server.start()
    second = EmbeddedPostgres(tmp_path / "second", port=server.port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EmbeddedPostgres, "start_seconds", 0.3)
        with pytest.raises(EngineError, match=r"could not (bind|create)"):
            await second.start()


@pytest.mark.slow
def test_the_server_dies_with_its_parent_and_leaves_a_clean_folder(tmp_path: Path) -> None:
    data = tmp_path / "postgres"
    program = (
        "import asyncio, os, signal, sys; from pathlib import Path\n"
        "from filiere.embedded.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Path(sys.argv[1])); asyncio.run(server.start())\n"
        "print(server.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    parent = subprocess.run([sys.executable, "-c", program, str(data)], capture_output=True, text=True, timeout=60)
    assert parent.returncode == -signal.SIGKILL
    deadline = time.monotonic() + 10
    while (data / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not (data / "postmaster.pid").exists()
    control = subprocess.run(
        [str(binaries() / "bin" / "pg_controldata"), str(data)], capture_output=True, text=True, check=True
    )
    assert "shut down" in control.stdout


SELECT_ONE = (
    "import asyncio, sys; from pathlib import Path\n"
    "from filiere.embedded.postgres import EmbeddedPostgres\n"
    "async def main():\n"
    "    async with EmbeddedPostgres(Path(sys.argv[1])) as server:\n"
    "        print(server.pid, server.data_dir.stat().st_uid, await server.has_database('postgres'))\n"
    "asyncio.run(main())\n"
)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="changes of user need root")


@pytest.mark.slow
@as_root
def test_an_ordinary_user_runs_it_as_himself(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    read = (Path(sys.executable).resolve(), Path(sys.executable), Path(postgres.__file__))
    if not all(folder.stat().st_mode & 0o001 for file in read for folder in file.parents):
        # Interpreter, environment or checkout lie in a closed folder: let the ordinary user read them; nothing tested
        # here depends on it.
        readable = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"]
    else:
        readable = []
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *readable, "--", sys.executable, "-c"]
    with way_to(binaries()):
        done = subprocess.run(
            [*command, SELECT_ONE, str(home / "postgres")], capture_output=True, text=True, timeout=60, cwd="/"
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1:] == ["65534", "True"]


@contextlib.contextmanager
def way_to(folder: Path) -> Iterator[None]:
    """Whoever has no rights may pass through the folders above, for now: initdb asks what its user may by himself."""
    closed = {each: each.stat().st_mode for each in folder.parents if not each.stat().st_mode & 0o001}
    for each, mode in closed.items():
        each.chmod(mode | 0o001)
    try:
        yield
    finally:
        for each, mode in closed.items():
            each.chmod(mode)


@pytest.mark.slow
@as_root
async def test_root_runs_it_as_nobody_even_inside_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    async with EmbeddedPostgres(closed / "postgres") as server:
        assert owner_of(server) == server.data_dir.stat().st_uid == 65534


@pytest.mark.slow
@as_root
async def test_root_needs_neither_setpriv_nor_capabilities_in_open_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel lies in a closed folder and nothing may be handed on: the programs are copied where all can read."""
    shared = Path("/var/tmp") / f"filiere-test-{os.getpid()}"
    shared.mkdir(mode=0o755)
    monkeypatch.setattr("filiere.embedded.postgres_account._passing_capability", lambda: None)
    monkeypatch.setattr("tempfile.tempdir", str(shared))
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = binaries().parent
    shutil.copytree(package, closed / package.name, symlinks=True)
    shutil.copytree(package.with_name(f"{package.name}.libs"), closed / f"{package.name}.libs")
    monkeypatch.setattr("filiere.embedded.postgres.binaries", lambda: closed / package.name / "pginstall")
    try:
        async with EmbeddedPostgres(shared / "data" / "postgres") as server:
            assert shared in program_of(server).parents
    finally:
        shutil.rmtree(shared)


@as_root
def test_a_folder_nobody_may_enter_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filiere.embedded.postgres_account._passing_capability", lambda: None)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EngineError, match="may not enter"):
        Account.for_data(closed / "postgres")
