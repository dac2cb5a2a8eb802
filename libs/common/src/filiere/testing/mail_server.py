"""A mail server for tests: speaks SMTP on a port of its own, keeps what it takes, refuses what it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from filiere.settings import SmtpSecurity


@dataclass
class MailServer:
    """`answer`: from the envelope, what to say instead of taking it (« 550 no such user »); empty takes it."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answer: Callable[[Envelope], str] = lambda _: ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        said = self.answer(envelope)
        return said if said.startswith("55") else "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if said := self.answer(envelope):
            return said
        message = message_from_bytes(cast(bytes, envelope.original_content), policy=default)
        self.raw.append(cast(bytes, envelope.original_content))
        self.taken.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    @property
    def settings(self) -> dict[str, Any]:
        """Fields of `Settings` that lead here."""
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_security": SmtpSecurity.NONE}


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    made = MailServer()
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(made, hostname="test", loop=loop), "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
