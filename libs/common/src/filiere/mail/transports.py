"""Where messages leave: an SMTP server, or a folder of files for demonstrations. What each refuses, said alike."""

import asyncio
import os
import ssl
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from uuid import UUID

import aiosmtplib

from filiere.settings import Settings, SmtpSecurity

TIMEOUT_S = 30.0
_PERMANENT = 500
# Of the whole session, not of one letter: the operator mends it, and the letters wait.
_OURS_TO_MEND = frozenset({502, 503, 504, 530, 534, 535, 538})


class Refused(Exception):
    """This letter will never be taken; the message is a word for operators that names nobody."""


class NotNow(Exception):
    """Nothing was taken; later it may be. The message as above."""


class Transport(Protocol):
    async def send(self, mail_id: UUID, message: EmailMessage) -> None:
        """Returns once the other side has answered for it. Raises Refused, NotNow."""

    async def close(self) -> None: ...


def transport_of(settings: Settings) -> Transport | None:
    """The one that the settings name; None when letters have nowhere to go."""
    if settings.smtp_host:
        return SmtpTransport(settings)
    if settings.mail_folder is not None:
        return FolderTransport(settings.mail_folder)
    return None


class SmtpTransport:
    """One connection, kept while letters follow each other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mail_id: UUID, message: EmailMessage) -> None:
        try:
            client = await self._connected()
            # As bytes: the client would fold long headers anew.
            await client.sendmail(parseaddr(str(message["From"]))[1], [str(message["To"])], message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            await self.close()
            raise self._why(error.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as error:
            await self.close()
            raise self._why(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            await self.close()
            raise NotNow(type(error).__name__) from None

    def _why(self, code: int) -> Exception:
        word = f"SMTP {code}"
        return Refused(word) if code >= _PERMANENT and code not in _OURS_TO_MEND else NotNow(word)

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        settings = self._settings
        password = settings.smtp_password
        self._client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username or None,
            password=password.get_secret_value() if password is not None else None,
            use_tls=settings.smtp_security is SmtpSecurity.TLS,
            start_tls=settings.smtp_security is SmtpSecurity.STARTTLS,
            tls_context=None
            if settings.smtp_security is SmtpSecurity.NONE
            else ssl.create_default_context(cafile=settings.smtp_ca_file),
            timeout=TIMEOUT_S,
        )
        await self._client.connect()
        return self._client

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


class FolderTransport:
    """Each message a file of its own, named by the letter: sent twice it is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, mail_id: UUID, message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(self._write, mail_id, bytes(message))
        except OSError as error:
            raise NotNow(type(error).__name__) from None

    def _write(self, mail_id: UUID, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        half = self._folder / f".{mail_id}.{os.getpid()}"
        half.write_bytes(content)
        half.replace(self._folder / f"{mail_id}.eml")

    async def close(self) -> None:
        return None
