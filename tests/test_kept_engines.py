"""`make engines`: what runs is found, used, and left as it was; and it ends when nobody wants it any more."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from filiere.testing import kept

A_RUN = """
import pytest
from filiere.service import installed_services

@pytest.fixture(scope="session")
def service():
    return installed_services()[0]

async def test_it(database_url, issuer):
    with open("used", "a") as file:
        print(database_url.rsplit("/", 1)[0], issuer, file=file)
"""


def make(root: Path, verb: str) -> None:
    command = [sys.executable, "-m", "filiere.testing.kept", verb]
    subprocess.run(command, cwd=root, check=True, capture_output=True, timeout=60)


def up(root: Path) -> kept.Kept:
    make(root, "up")
    found = kept.find(root)
    assert found is not None
    return found


def has_ended(process: int) -> bool:
    """Wait for it: it looks once in a second whether it is still wanted, and stops its engines."""
    for _ in range(600):
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    make(tmp_path, "down")


@pytest.mark.slow
def test_a_run_finds_what_runs_and_leaves_the_templates_alone(root: Path) -> None:
    engines = up(root)
    assert up(root).pid == engines.pid
    (root / "test_it.py").write_text(A_RUN)
    as_here = ("asyncio_mode=auto", *(f"asyncio_default_{what}_loop_scope=session" for what in ("fixture", "test")))
    options = [part for option in as_here for part in ("-o", option)]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", f"--rootdir={root}", *options]
    for _ in range(2):
        run = subprocess.run([*command, "test_it.py"], cwd=root, capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stdout + run.stderr
    server = engines.postgres.rsplit("/", 1)[0]
    assert (root / "used").read_text() == f"{server} {engines.issuer}\n" * 2

    async def databases() -> list[str]:
        connection = await asyncpg.connect(engines.postgres)
        try:
            found = await connection.fetch("SELECT datname FROM pg_database WHERE datname ~ '^(test|template)_'")
            return [row["datname"] for row in found]
        finally:
            await connection.close()

    (template,) = asyncio.run(databases())
    assert template.startswith("template_collect_")


@pytest.mark.slow
def test_engines_of_another_version_are_not_used_and_started_again(root: Path) -> None:
    engines = up(root)
    note = root / kept.NOTE
    note.write_text(note.read_text().replace(engines.version, "another"))
    with pytest.raises(kept.OtherVersion, match="make engines"):
        kept.find(root)
    assert up(root).pid != engines.pid
    assert has_ended(engines.pid)


@pytest.mark.slow
@pytest.mark.parametrize("nobody", ["removed", "unused"])
def test_they_end_by_themselves_when_their_note_is_gone_or_nobody_has_used_them(root: Path, nobody: str) -> None:
    engines = up(root)
    note = root / kept.NOTE
    if nobody == "removed":
        note.unlink()
    else:
        long_ago = time.time() - 9 * 3600
        os.utime(note, (long_ago, long_ago))
    assert has_ended(engines.pid)
    assert kept.find(root) is None


def test_a_template_is_named_by_what_its_migrations_say(tmp_path: Path) -> None:
    first, second = tmp_path / "0001_first.py", tmp_path / "0002_second.sql"
    first.write_text("one")
    second.write_text("two")
    before = kept.fingerprint([first, second])
    assert kept.fingerprint([second, first]) == before
    second.write_text("owt")
    assert kept.fingerprint([first, second]) != before
