"""The README's section "One service alone" as it is written: only the addresses in it are replaced.

Its two lines about the broker are left to the tests of topics and workers.
"""

import asyncio
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from filiere.embedded.ports import free_ports
from filiere.testing.engines import Databases

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[str]:
    url = asyncio.run(databases.empty("alone"))
    yield url
    asyncio.run(databases.drop(url))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_section_leads_to_a_service_that_others_can_reach(empty_database: str, issuer: str, tmp_path: Path) -> None:
    section = (ROOT / "README.md").read_text().split("## One service alone\n")[1].split("\n## ")[0]
    lines = [line.strip() for line in section.splitlines() if line.startswith("    ")]
    text = "\n".join(line for line in lines if "filiere.kafka" not in line and "collect worker" not in line)
    for theirs, ours in (
        ("make .venv/.dev", ":"),
        ("postgresql://user:password@localhost/collect", shlex.quote(empty_database)),
        ("https://your.provider/realm", issuer),
        ("<your subject>", "claire"),
        (".venv/bin/python", shlex.quote(sys.executable)),
    ):
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    log = tmp_path / "said"
    beyond = {"PORT": str(port), "PUBLIC_URL": address, "HOME_URL": "https://filiere.example"}
    with log.open("w") as said:
        shell = subprocess.Popen(
            ["bash", "-ec", text],
            cwd=ROOT,
            env={**os.environ, **beyond},
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            until = time.monotonic() + 120
            while shell.poll() is None and time.monotonic() < until and not answers(address):
                time.sleep(0.1)
            assert answers(address), log.read_text()
            assert "claire is coordinator" in log.read_text()
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
            shell.wait()


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready").is_success
    except httpx.TransportError:
        return False
