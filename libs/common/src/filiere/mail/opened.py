"""A letter that became a file (`MAIL_FOLDER`), read again: of a demonstration only.

What leaves by a server is forgotten here at once, for its links open things; nobody reads it but whom it was for.
"""

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

MAX_LETTER = 1024 * 1024
"""Bytes of a file that are read; ours have a few thousand."""


class OpenedLetter(NamedTuple):
    subject: str
    sender: str
    address: str
    written: str
    text: str
    html: str


def open_letter(folder: Path, mail_id: UUID) -> OpenedLetter | None:
    """The letter of this id; None when there is no such file, or it is none of ours."""
    try:
        with (folder / f"{mail_id}.eml").open("rb") as file:
            content = file.read(MAX_LETTER + 1)
    except OSError:
        return None
    if len(content) > MAX_LETTER:
        return None
    message = email.message_from_bytes(content, _class=EmailMessage, policy=default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    if text is None or html is None:
        return None
    return OpenedLetter(
        subject=str(message["Subject"]),
        sender=str(message["From"]),
        address=str(message["To"]),
        written=str(message["Date"]),
        text=str(text.get_content()).replace("\r\n", "\n"),
        html=str(html.get_content()),
    )
