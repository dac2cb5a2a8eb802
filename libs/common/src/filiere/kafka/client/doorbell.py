"""The doorbell of the embedded broker: who has sent something tells the consumers of this machine.

That broker answers a waiting fetch late and at a price: it sleeps, then looks through every partition. Consumers that
are told need not ask. A ring is one datagram with the topics' names, to a multicast group that exists on the loopback
interface alone (time to live 0), on the broker's own port number: whoever knows the broker knows the bell. It carries
nothing that must be true: a lost ring costs a second, a false one a look.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Collection, Iterable
from typing import Self

from filiere.settings import KafkaProfile, Settings
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_GROUP = "239.255.70.73"  # of those that each network may use as it likes (RFC 2365)
_LOOPBACK = socket.inet_aton("127.0.0.1")
_HERE = ("127.0.0.1", "localhost")
_HEARD_WITHIN_S = 0.5
_TRY = b"\n"  # no topic has this name
_LONGEST = 60_000  # bytes; beyond, the ring is for everybody


def _address(settings: Settings) -> tuple[str, int] | None:
    """Where the bell hangs; None for a broker that is not the embedded one of this machine."""
    host, _, port = settings.kafka_bootstrap_servers.partition(":")
    if settings.kafka_profile is not KafkaProfile.EMBEDDED or host not in _HERE or not port.isdecimal():
        return None
    return _GROUP, int(port)


class Button:
    """Rings; does nothing where there is no bell."""

    def __init__(self, settings: Settings) -> None:
        self._address = _address(settings)
        self._socket: socket.socket | None = None

    def ring(self, topics: Iterable[str]) -> None:
        """Tell the consumers of these topics that there is something to fetch. Never fails, never waits."""
        names = b",".join(topic.encode() for topic in topics)
        self._send(names if len(names) <= _LONGEST else b"")

    def _send(self, data: bytes) -> None:
        if self._address is None:
            return
        with contextlib.suppress(OSError):  # a consumer that is not told looks by itself within a second
            if self._socket is None:
                self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._socket.setblocking(False)
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _LOOPBACK)
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)
            self._socket.sendto(data, self._address)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Doorbell:
    """One consumer's ear: `rang` is set when something was sent to one of its topics."""

    def __init__(self, listening: socket.socket, topics: Collection[str]) -> None:
        self.rang = asyncio.Event()
        self._tried = asyncio.Event()
        self._topics = {topic.encode() for topic in topics}
        self._socket = listening
        asyncio.get_running_loop().add_reader(listening, self._heard)

    @classmethod
    async def hung(cls, settings: Settings, topics: Collection[str]) -> Self | None:
        """A bell that is heard; None where there is none, or where this machine lets no ring through."""
        address = _address(settings)
        if address is None:
            return None
        try:
            bell = cls(_listening(address), topics)
        except OSError as error:
            log.warning("doorbell_silent", error=str(error))
            return None
        button = Button(settings)
        try:
            button._send(_TRY)
            async with asyncio.timeout(_HEARD_WITHIN_S):
                await bell._tried.wait()
        except TimeoutError:
            log.warning("doorbell_silent", error="our own ring was not heard")
            bell.close()
            return None
        finally:
            button.close()
        return bell

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _heard(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                ring = self._socket.recv(_LONGEST)
                if ring == _TRY:
                    self._tried.set()
                elif not ring or not self._topics.isdisjoint(ring.split(b",")):
                    self.rang.set()


def _listening(address: tuple[str, int]) -> socket.socket:
    """A socket that gets every ring. Raises OSError."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        # All consumers of the machine listen at the same address, and each gets each ring.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform != "linux":  # BSD and macOS ask for this one
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.setblocking(False)
        listening.bind(address)
        listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(address[0]) + _LOOPBACK)
    except OSError:
        listening.close()
        raise
    return listening
