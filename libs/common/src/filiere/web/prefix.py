"""Serve under a path: when PUBLIC_URL has one (`https://host/collect`), it is in addresses outside and not in ours.

The path is taken off what comes in, and put before the addresses that go out: in attributes of HTML that hold one, and
in headers that redirect. Text of people is never touched: templates escape the quotation marks an attribute needs.
"""

import re
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Attributes with an address of this service. `//host` and `https://…` are addresses of others.
_ADDRESS = re.compile(rb'(\s(?:href|src|action|formaction|hx-(?:get|post|put|patch|delete))=")/(?!/)')
_REDIRECTS = (b"location", b"hx-redirect", b"hx-location", b"hx-push-url", b"hx-replace-url")


def prefix_of(public_url: str) -> str:
    """`/collect` of `https://host/collect/`; empty for an address without a path."""
    return urlsplit(public_url).path.rstrip("/")


class PathPrefix:
    """Outermost of all. Requests without the path are answered as they are: probes and metrics do not use the door."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix
        self._before = prefix.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope.get("path", "")
        if scope["type"] != "http" or not (path == self.prefix or path.startswith(f"{self.prefix}/")):
            await self.app(scope, receive, send)
            return
        raw: bytes = scope.get("raw_path") or path.encode()
        inside = {**scope, "path": path[len(self.prefix) :] or "/", "raw_path": raw[len(self._before) :] or b"/"}
        held: Message | None = None
        body = bytearray()

        async def answer(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                message["headers"] = [self._outside(name, value) for name, value in message["headers"]]
                if _is_html(message):
                    held = message  # its length is known only with the whole page
                    return
            elif held is not None and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = _ADDRESS.sub(rb"\1" + self._before + b"/", bytes(body))
                headers = [(name, value) for name, value in held["headers"] if name.lower() != b"content-length"]
                await send({**held, "headers": [*headers, (b"content-length", b"%d" % len(page))]})
                await send({**message, "body": page})
                return
            await send(message)

        await self.app(inside, receive, answer)

    def _outside(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        if name.lower() in _REDIRECTS and value.startswith(b"/") and not value.startswith(b"//"):
            return name, self._before + value
        return name, value


def _is_html(message: Message) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"])
