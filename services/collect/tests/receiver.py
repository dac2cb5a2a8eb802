"""A donor's tool for tests: a real HTTP server that checks signatures as its library would, and answers as told."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

TOLERANCE_S = 300  # what Standard Webhooks' libraries allow


@dataclass
class Receiver:
    """`answers`: what it says to the next messages, 204 when it has none left; `hold_s`: how long it thinks first."""

    port: int = 0
    answers: list[int] = field(default_factory=list)
    hold_s: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/filiere"

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    def verified(self, secret: str) -> bool:
        """Whether all that came was signed by this secret, a moment ago."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        for headers, body in self.got:
            stamp = headers["webhook-timestamp"]
            signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
            expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
            if headers["webhook-signature"] != expected or abs(time.time() - int(stamp)) > TOLERANCE_S:
                return False
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.got.append((headers, body))
        await asyncio.sleep(self.hold_s)
        status = self.answers.pop(0) if self.answers else 204
        extra = "location: http://127.0.0.1:1/elsewhere\r\n" if status == 302 else ""
        writer.write(f"HTTP/1.1 {status} x\r\n{extra}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*answers: int) -> AsyncIterator[Receiver]:
    made = Receiver(answers=list(answers))
    server = await asyncio.start_server(made._serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
