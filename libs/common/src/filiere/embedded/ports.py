"""Ports: a free one, and a clear word when a wanted one is taken."""

import contextlib
import errno
import os
import random
import socket
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from filiere.embedded.process import EngineError

LOOPBACK = "127.0.0.1"
_LOWEST = 15_000
_TRIES = 200
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_chance = random.SystemRandom()  # not the module's: tests seed it, and side by side they would all choose the same


class PortTaken(EngineError):
    """A port we were told to use belongs to another program; names the setting to change."""

    def __init__(self, port: int, setting: str, needed_by: str) -> None:
        self.port = port
        self.setting = setting
        french = f"Le port {port} ({needed_by}) est déjà pris par un autre programme : changez-le avec {setting}=…"
        english = f"Port {port} ({needed_by}) is already taken by another program: change it with {setting}=…"
        super().__init__(french if _speaks_french() else english)


def free_port(host: str = LOOPBACK) -> int:
    """A TCP port nobody listens on at this moment; see `free_ports`."""
    return free_ports(1, host)[0]


def free_ports(count: int, host: str = LOOPBACK) -> list[int]:
    """`count` different free ports (held together while choosing, so that none comes twice).

    Below the system's ephemeral range: a port of that range may become the near end of anybody's connection before our
    server starts. Raises EngineError when there are not so many.
    """
    with contextlib.ExitStack() as held:
        return [
            _bind_somewhere(held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM)), host)
            for _ in range(count)
        ]


def _bind_somewhere(probe: socket.socket, host: str) -> int:
    for _ in range(_TRIES):
        port = _chance.randrange(_LOWEST, _ephemeral_from())
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return port
    raise EngineError(f"No free port between {_LOWEST} and {_ephemeral_from()} on {host}.")


@lru_cache
def _ephemeral_from() -> int:
    try:
        lowest = int(_EPHEMERAL.read_text().split()[0])
    except OSError:
        lowest = 0
    return lowest if lowest > _LOWEST + 1000 else 49152  # IANA's, where Linux does not say or a site has moved it


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
