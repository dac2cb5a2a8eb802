"""One POST to an address that a stranger chose: never into our own network, never followed, never read to the end.

The name is resolved here and the connection goes to the very address that was looked at: a name that answers otherwise
the second time leads nowhere else.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence
from functools import cache
from types import TracebackType
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

import httpcore
from filiere.web.tls import authorities

WITHIN_S = 15.0
LONGEST_URL = 500
_HTTPS, _HTTP = 443, 80
_USER_AGENT = b"Filiere-Webhooks/1"
_TRIED = 3  # addresses of one name: the first may be of a protocol that this machine does not speak


class Unreachable(Exception):
    """Nothing answered; the message is one of a few words, for the log that the donor reads."""


class PrivateAddress(Unreachable):
    def __init__(self) -> None:
        super().__init__("private-address")


def parts_of(url: str) -> SplitResult | None:
    """The URL's parts when a webhook may go there: http(s), a host, no name or password, no control characters."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or port == 0:
        return None
    return parts


def is_public(address: str) -> bool:
    """Whether an address lies in the internet, not in this machine's, its neighbours' or a cloud's own network."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None:
        found = inner
    return found.is_global and not found.is_multicast and not (found.version == 6 and _translates(str(found)))


def is_surely_inside(host: str) -> bool:
    """Whether a host lies inside, told without resolving it: said when the address is typed, not hours later."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def _translates(address: str) -> bool:
    """NAT64 and Teredo hold an IPv4 address inside: of a private network, perhaps."""
    return any(ipaddress.ip_address(address) in network for network in _translating())


@cache
def _translating() -> Sequence[ipaddress.IPv6Network]:
    return [ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("2001::/32")]


class _OnlyOutside(httpcore.AsyncNetworkBackend):
    """Connects to public addresses alone."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("unknown-host") from error
        addresses = [str(one[4][0]) for one in found]
        if not self._private:
            addresses = [one for one in addresses if is_public(one)]
        if not addresses:
            raise PrivateAddress
        for address in addresses[:_TRIED]:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                continue
        raise httpcore.ConnectError("no-connection")

    async def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise PrivateAddress

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Poster:
    """Sends bodies; `private` lets it reach addresses of this network, for tests and demonstrations."""

    def __init__(self, *, private: bool) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=authorities(), max_connections=8, network_backend=_OnlyOutside(private=private)
        )

    async def __aenter__(self) -> Self:
        await self._pool.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self._pool.__aexit__(kind, error, where)

    async def post(self, url: str, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> int:
        """The status of the answer; its body is not read, and a redirect is a status like others.

        Raises Unreachable.
        """
        parts = parts_of(url)
        if parts is None:
            raise Unreachable("address")
        port = f":{parts.port}" if parts.port not in (None, _HTTPS if parts.scheme == "https" else _HTTP) else ""
        sent = [
            (b"host", f"{parts.hostname}{port}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"user-agent", _USER_AGENT),
            (b"connection", b"close"),
            *headers,
        ]
        try:
            async with (
                asyncio.timeout(WITHIN_S),
                self._pool.stream("POST", url, headers=sent, content=body) as answer,
            ):
                return int(answer.status)
        except Unreachable:
            raise
        except TimeoutError:
            raise Unreachable("timeout") from None
        except httpcore.ConnectError as error:
            raise Unreachable("unknown-host" if str(error) == "unknown-host" else "no-connection") from None
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, OSError, ValueError):
            raise Unreachable("broken-connection") from None
