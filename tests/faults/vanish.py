"""A node that vanishes: not a byte goes to or comes from a process any more, and nobody says goodbye.

A killed process closes its connections, a vanished machine does not: whoever waits for it has to notice by itself.
Only root can do this to a process of the same machine, by dropping its packets.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psutil


def why_not() -> str | None:
    """One sentence that says why nothing can vanish here; None when it can."""
    if os.geteuid() != 0:
        return "Only root may drop another process's packets."
    if shutil.which("iptables") is None:
        return "There is no iptables here."
    tried = subprocess.run(["iptables", "-w", "-n", "-L", "INPUT"], capture_output=True, check=False)
    return None if tried.returncode == 0 else f"iptables does not work here: {tried.stderr.decode()[-200:]}"


@contextmanager
def vanished(pid: int) -> Iterator[None]:
    """Inside the block the TCP connections that the process has now are dead wires; afterwards they work again."""
    ports = {one.laddr.port for one in psutil.Process(pid).net_connections("tcp") if one.status == "ESTABLISHED"}
    rules = [
        ["INPUT", "-i", "lo", "-p", "tcp", side, str(port), "-j", "DROP"]
        for port in sorted(ports)
        for side in ("--sport", "--dport")
    ]
    try:
        for rule in rules:
            subprocess.run(["iptables", "-w", "-I", *rule], check=True, capture_output=True)
        yield
    finally:
        for rule in rules:
            subprocess.run(["iptables", "-w", "-D", *rule], check=False, capture_output=True)
