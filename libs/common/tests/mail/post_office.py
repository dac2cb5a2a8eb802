"""A small service of our own that writes letters, and its worker's side as a process: `python -m … URL PORT`."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from filiere.database import Database
from filiere.database.base import service_metadata
from filiere.links.tokens import LinkSigner
from filiere.mail import MailKind
from filiere.mail.composing import Composer
from filiere.mail.sending import send_next
from filiere.mail.tables import add_mail_tables
from filiere.mail.transports import transport_of
from filiere.roles import Role
from filiere.settings import Settings, SmtpSecurity
from pydantic import SecretStr

MOVED = MailKind("moved", Role.DONOR, "Un lot bouge", "templates/moved.txt", "Voir le lot")
URGENT = MailKind("urgent", Role.DONOR, "Urgent", "templates/moved.txt", can_be_off=False)
OPENS = MailKind("opens", Role.DONOR, "À confirmer", "templates/moved.txt", "Confirmer", opens="count")
metadata = service_metadata()
add_mail_tables(metadata)
HERE = Path(__file__).parent


def composer(settings: Settings) -> Composer:
    def sign(purpose: str, link_id: UUID) -> str:
        return LinkSigner(settings, "post-office", purpose).token(link_id)

    return Composer(HERE, [MOVED, URGENT, OPENS], settings.public_url, settings.mail_from, sign)


async def deliver(settings: Settings) -> None:
    """Everything that is due now."""
    database, transport = Database(settings.database_url.get_secret_value()), transport_of(settings)
    try:
        while await send_next(database, settings, composer(settings), transport):
            pass
    finally:
        if transport is not None:
            await transport.close()
        await database.dispose()


if __name__ == "__main__":
    url, port = sys.argv[1:]
    sys.exit(
        asyncio.run(
            deliver(
                Settings(
                    database_url=SecretStr(url),
                    smtp_host="127.0.0.1",
                    smtp_port=int(port),
                    smtp_security=SmtpSecurity.NONE,
                )
            )
        )
    )
