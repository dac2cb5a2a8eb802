"""Write letters in the caller's transaction: they exist when what they tell of does, and not otherwise."""

import json
from collections.abc import Sequence

from filiere.database import AsyncSession
from filiere.identifiers import uuid7
from filiere.mail.kinds import Letter
from filiere.mail.readers import readable_address
from filiere.mail.repository import Kept, MailRepository


async def post(session: AsyncSession, letters: Sequence[Letter]) -> None:
    """Keep letters to be sent once the transaction is committed. An address that is none gets none."""
    kept = [
        Kept(uuid7(), address, kind.name, letter.once, letter.page, json.dumps(dict(letter.data)), kind.can_be_off)
        for letter in letters
        if (address := readable_address(letter.address)) is not None
        for kind in (letter.kind,)
    ]
    if kept:
        await MailRepository.from_session(session).post(kept)
