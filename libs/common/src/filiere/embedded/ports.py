"""Ports: a free one, and a clear word when a wanted one is taken."""

import contextlib
import errno
import os
import socket
from collections.abc import Iterable

from filiere.embedded.process import EngineError

LOOPBACK = "127.0.0.1"


class PortTaken(EngineError):
    """A port we were told to use belongs to another program; names the setting to change."""

    def __init__(self, port: int, setting: str, needed_by: str) -> None:
        self.port = port
        self.setting = setting
        french = f"Le port {port} ({needed_by}) est déjà pris par un autre programme : changez-le avec {setting}=…"
        english = f"Port {port} ({needed_by}) is already taken by another program: change it with {setting}=…"
        super().__init__(french if _speaks_french() else english)


def free_port(host: str = LOOPBACK) -> int:
    """A TCP port nobody listens on at this moment, from the system's ephemeral range."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def free_ports(count: int, host: str = LOOPBACK) -> list[int]:
    """`count` different free ports (held together while choosing, so that none comes twice)."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) for _ in range(count)]
        for probe in probes:
            probe.bind((host, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def is_taken(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server already holds the port (left-over TIME_WAIT connections of a former life do not count)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return True
            raise
    return False


def require_free(ports: Iterable[tuple[int, str, str]], host: str = LOOPBACK) -> None:
    """Raise PortTaken for the first (port, setting, needed_by) somebody else holds."""
    for port, setting, needed_by in ports:
        if is_taken(port, host):
            raise PortTaken(port, setting, needed_by)


def _speaks_french() -> bool:
    """French unless the person's locale says another language (the product speaks French first)."""
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return wanted.partition(".")[0] in ("", "C", "POSIX") or wanted.startswith("fr")
