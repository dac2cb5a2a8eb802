"""The commands as a person meets them: real processes, real signals."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from stack.settings import StackSettings

PROGRAM = Path(__file__).with_name("fake_service.py")
# The supervisor around small processes, told when everything is up.
UP = f"""
import asyncio, sys
from pathlib import Path
from stack.run import run_stack
from stack.services import ServicePlan
from stack.settings import StackSettings
from stack.terminal import Terminal

async def stay(stack, terminal):
    print("UP", *stack.pids.values(), flush=True)
    await asyncio.Event().wait()

plans = [ServicePlan("collect", "Collecte", (sys.executable, {str(PROGRAM)!r}))]
settings = StackSettings.in_folder(Path(sys.argv[1])).model_copy(update={{"warm": False}})
sys.exit(asyncio.run(run_stack(settings, Terminal, stay, plans)))
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start(folder: Path) -> tuple["subprocess.Popen[str]", list[int], list[str]]:
    """A supervisor that is up, the pids of its children, and the lines it wrote until then."""
    environment = {**os.environ, "CALLS": str(folder.parent / "calls")}
    process = subprocess.Popen(
        [sys.executable, "-c", UP, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        if line.startswith("UP"):
            return process, [int(pid) for pid in line.split()[1:]], lines
        lines.append(line)
    raise AssertionError("".join(lines))


@pytest.mark.slow
def test_a_signal_stops_everything_in_order_and_the_data_stay(tmp_path: Path) -> None:
    process, pids, lines = start(tmp_path / "data")
    assert any("PostgreSQL" in line and "prêt" in line for line in lines)  # plain lines: nobody watches a screen
    assert not any("\x1b" in line for line in lines)

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert "Tout est arrêté" in rest
    assert "Traceback" not in rest
    assert not any(map(alive, pids))
    assert not (tmp_path / "data" / "postgres" / "postmaster.pid").exists()
    assert (tmp_path / "data" / "logs" / "collect-api.log").exists()

    again, _, _ = start(tmp_path / "data")
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=30)
    assert again.returncode == 0


@pytest.mark.slow
def test_a_second_signal_cuts_at_once(tmp_path: Path) -> None:
    process, pids, _ = start(tmp_path / "data")
    os.kill(pids[0], signal.SIGSTOP)  # PostgreSQL cannot follow: the orderly stop would take its whole bound
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=5)
    assert process.returncode == 130
    assert not any(map(alive, pids))


def run(command: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    settings = StackSettings.in_folder(folder)
    ports = {name: str(port) for port, name, _ in settings.ports_needed()}
    return subprocess.run(
        [sys.executable, "-m", "stack", command],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "FILIERE_DATA": str(folder), **ports, **environment},
    )


def test_a_taken_port_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        done = run("up", tmp_path / "data", FILIERE_COLLECT_PORT=port, LC_ALL="fr_FR.UTF-8")
    assert done.returncode == 2
    assert f"Le port {port} (Collecte) est déjà pris" in done.stderr
    assert "FILIERE_COLLECT_PORT" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_wrong_setting_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    done = run("up", tmp_path / "data", FILIERE_HOME_PORT="eight thousand")
    assert done.returncode == 2
    assert done.stderr.startswith("Le réglage FILIERE_HOME_PORT n'est pas valable")


@pytest.mark.slow
def test_an_audit_without_a_running_stack_says_so(tmp_path: Path) -> None:
    done = run("audit", tmp_path / "data")
    assert done.returncode == 2
    assert "Aucune Filière ne tourne" in done.stderr


def test_settings_are_printed_with_their_meaning_and_without_secrets(tmp_path: Path) -> None:
    done = run("settings", tmp_path / "data", OIDC_CLIENT_SECRET="do-not-print")
    assert "FILIERE_HOME_PORT=" in done.stdout
    assert "OIDC_ISSUER=" in done.stdout
    assert "do-not-print" not in done.stdout


def test_a_stack_where_anybody_may_be_anybody_is_for_this_machine_alone(tmp_path: Path) -> None:
    done = run("up", tmp_path / "data", FILIERE_PUBLIC_HOST="filiere.example")
    assert done.returncode == 2
    assert "FILIERE_PUBLIC_HOST=filiere.example" in done.stderr
    assert "OIDC_ISSUER" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
