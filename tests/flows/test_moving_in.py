"""A network moves in by the command of the documentation: killed on the way, begun again, and the audit is clean."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import asyncpg
import pytest
from stack.audit import settled_audit
from stack.people import COORDINATOR
from stack.stack import Stack

from tests.flows.moving import SOURCE, write_network
from tests.flows.running import running_chain

DEVICES, LOTS = 10, 4
# Half are proved. What was handed over without a proof is refused; what came back, or is not, is at its workshop.
PLACES = {
    "at_workshop": 10 + 10 + 5 + 5 + 5 + 10,
    "withdrawn": 10,
    "in_stock": 5,
    "shipped": 5,
    "delivered": 5,
    "handed_over": 5,
}


async def moving(stack: Stack, folder: Path) -> asyncio.subprocess.Process:
    # The first token that the command prints has ended.
    (folder / "token").write_text("ended")
    (folder / "next").write_text(await stack.token(COORDINATOR.subject))
    environment = {
        **os.environ, "COLLECT_URL": stack.collect_url, "REFURBISH_URL": stack.refurbish_url,
        "DISTRIBUTE_URL": stack.distribute_url, "TOKEN_COMMAND": f"cd {folder} && cat token && cp next token",
    }  # fmt: skip
    command = (sys.executable, "-m", "filiere.movein", "move", str(folder), "--source", SOURCE)
    return await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)


async def said(process: asyncio.subprocess.Process) -> str:
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def events(stack: Stack) -> int:
    count = 0
    for url in stack.databases.values():
        connection = await asyncpg.connect(url)
        count += await connection.fetchval("SELECT count(*) FROM outbox")
        await connection.close()
    return count


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_network_moves_in_whole_once_whatever_kills_it_and_passes_the_audit(tmp_path: Path) -> None:
    write_network(tmp_path, DEVICES, LOTS)
    async with running_chain() as (stack, _):
        for word in (b"donors", b"devices", b"lots"):
            process = await moving(stack, tmp_path)
            assert process.stdout is not None
            async for line in process.stdout:
                if line.startswith(word):
                    break
            process.send_signal(signal.SIGKILL)
            await process.wait()
        await said(await moving(stack, tmp_path))
        sound = await settled_audit(stack.databases)
        assert sound.ok, sound.broken
        assert sound.places == PLACES
        before = await events(stack)
        again = await said(await moving(stack, tmp_path))
        assert "Nouveaux : 0." in again
        assert await events(stack) == before
    report = (tmp_path / "rapport.csv").read_text(encoding="utf-8-sig")
    assert report.count("Remis sans preuve d'effacement") == 5
    assert report.count("Il est à renvoyer du Relais « R-1 »") == 10
