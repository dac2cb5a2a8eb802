"""`python -m filiere.embedded.apache_kafka up|down|address`: the Apache Kafka of `make kafka`, left running.

The last line of `up` and of `address` are shell exports, all other words go to stderr: `eval "$(make -s kafka)"` works.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

from filiere.embedded.apache_kafka import ApacheKafka
from filiere.embedded.process import EngineError

_FOLDER = Path(".filiere/kafka/cluster")
_NOTE = "running.json"
_STOP_SECONDS = 30.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m filiere.embedded.apache_kafka", description=__doc__)
    parser.add_argument("verb", choices=("up", "down", "address"))
    parser.add_argument("--nodes", type=int, default=1, help="brokers (default: 1)")
    parser.add_argument("--port", type=int, default=9092, help="of the first broker; the others take the next ones")
    parser.add_argument("--heap-mb", type=int, default=512, help="of each broker")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help=f"(default: {_FOLDER})")
    parser.add_argument("--forget", action="store_true", help="`down` also removes what was stored")
    wanted = parser.parse_args()
    try:
        match wanted.verb:
            case "up":
                asyncio.run(_up(wanted.folder, wanted.nodes, wanted.port, wanted.heap_mb))
            case "down":
                _down(wanted.folder, forget=wanted.forget)
            case _:
                _say_address(_running(wanted.folder))
    except EngineError as error:
        sys.exit(str(error))


async def _up(folder: Path, nodes: int, port: int, heap_mb: int) -> None:
    if living := _living(folder):
        note = _running(folder)
        _say(f"Apache Kafka already runs ({len(living)} processes).")
        _say_address(note)
        return
    if _stored_nodes(folder) not in (0, nodes):
        raise EngineError(f"{folder} holds a cluster of another size: `make kafka-down FORGET=1` removes it.")
    kafka = ApacheKafka(folder, nodes, range(port, port + nodes), heap_mb=heap_mb, quick=False, detached=True)
    _say(f"Apache Kafka starts, {nodes} node{'s' if nodes > 1 else ''} …")
    try:
        await kafka.start()
    except BaseException:
        kafka.destroy()
        raise
    everything = [*kafka.controllers, *kafka.nodes]
    note = {
        "bootstrap_servers": kafka.bootstrap_servers,
        # Brokers first: they hand over to the controllers.
        "processes": {str(node.pid): str(node.properties_file) for node in reversed(everything)},
    }
    (folder / _NOTE).write_text(json.dumps(note, indent=2))
    _say(f"Apache Kafka serves at {kafka.bootstrap_servers}; logs in {folder}. `make kafka-down` stops it.")
    _say_address(note)


def _stored_nodes(folder: Path) -> int:
    return len(list(folder.glob("node-*")))


def _down(folder: Path, *, forget: bool) -> None:
    living = _living(folder)
    for pid in living:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while (left := _living(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    (folder / _NOTE).unlink(missing_ok=True)
    _say("Apache Kafka has stopped." if living else "Apache Kafka was not running.")
    if forget:
        shutil.rmtree(folder, ignore_errors=True)


def _running(folder: Path) -> dict[str, object]:
    try:
        found: dict[str, object] = json.loads((folder / _NOTE).read_text())
    except (FileNotFoundError, ValueError):
        raise EngineError("Apache Kafka does not run: `make kafka` starts it.") from None
    return found


def _living(folder: Path) -> list[int]:
    """Pids of the noted processes that still are what was noted (a pid may be given to any other program)."""
    try:
        processes = _running(folder)["processes"]
    except EngineError:
        return []
    assert isinstance(processes, dict)
    return [int(pid) for pid, properties in processes.items() if _is_node(int(pid), properties)]


def _is_node(pid: int, properties: str) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")  # empty for a zombie
    except OSError:
        return False
    return os.fsencode(properties) in words


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201 - a command line


def _say_address(note: dict[str, object]) -> None:
    copies = min(str(note["bootstrap_servers"]).count(",") + 1, 3)
    settings = {
        "KAFKA_BOOTSTRAP_SERVERS": note["bootstrap_servers"],
        "KAFKA_PROFILE": "kafka",
        "KAFKA_REPLICATION_FACTOR": copies,
    }
    for name, value in settings.items():
        print(f"export {name}={value}")  # noqa: T201


if __name__ == "__main__":
    main()
