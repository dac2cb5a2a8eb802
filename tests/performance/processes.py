"""CPU and memory of processes, as Linux counts them."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_s(pids: Iterable[int]) -> float:
    """Seconds of CPU of these processes and their children, ended ones included."""
    total = 0.0
    for pid in pids:
        fields = _fields(pid)
        total += sum(map(int, fields[11:15])) / _TICK
        for child in _children(pid):
            total += sum(map(int, _fields(child)[11:13])) / _TICK
    return total


def own_cpu_s(pid: int) -> float:
    """Seconds of CPU of one process, its ended children included; 0 when it has ended itself."""
    try:
        return sum(map(int, _fields(pid)[11:15])) / _TICK
    except FileNotFoundError:
        return 0.0


def descendants(pid: int, parent: int = 0) -> list[tuple[int, int]]:
    """(pid, parent) of the process and of all that it started, directly or not; parents first."""
    try:
        children = _children(pid)
    except FileNotFoundError:
        return []
    return [(pid, parent), *(found for child in children for found in descendants(child, pid))]


def pss_mb(pid: int) -> float:
    """What a process holds: its own pages and its share of those that it shares, in MB; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def peak_mb(pid: int) -> float:
    """Most memory that a process held so far (VmHWM), in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
