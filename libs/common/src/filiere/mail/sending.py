"""The worker's side of mail: one letter at a time, as it falls due.

A letter is claimed by the lock on its row, sent, and marked in the same transaction. Whoever dies lets go of the lock,
and the letter is still waiting: it is lost by nobody. It is doubled only by a death between the server's taking it and
our commit, for SMTP knows no common transaction; it then bears the same Message-ID (decision 0035). Into a folder it is
written once whatever dies.
"""

import asyncio
import random

from filiere.crash_points import crash_point
from filiere.database import Database
from filiere.jobs.waking import whenever
from filiere.mail.composing import Composer
from filiere.mail.repository import CHANNEL, Claimed, MailRepository
from filiere.mail.transports import NotNow, Refused, Transport
from filiere.settings import Settings
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_FIRST_PAUSE_S = 30.0
_LONGEST_PAUSE_S = 3600.0
_ANYWAY_S = 30.0
_FORGOTTEN_AT_ONCE = 10_000
NOWHERE = "no SMTP_HOST"
UNWRITABLE = "cannot be written"
LATE = "given up: too old"
UNKNOWN = "of a kind that this release does not know"


async def send_mails(
    database: Database, settings: Settings, stopping: asyncio.Event, composer: Composer, transport: Transport | None
) -> None:
    """Background work of the worker: every letter that is due, until stopped."""
    forget_after = settings.mail_retention.total_seconds()

    async def work() -> None:
        async with database.unit_of_work() as session:
            await MailRepository.from_session(session).prune(forget_after, _FORGOTTEN_AT_ONCE)
        while not stopping.is_set() and await send_next(database, settings, composer, transport):
            pass
        if transport is not None:
            await transport.close()  # servers do not like to be held

    await whenever(database, CHANNEL, stopping, work, _ANYWAY_S)


async def send_next(database: Database, settings: Settings, composer: Composer, transport: Transport | None) -> bool:
    """Deal with the letter that is due longest; False when none is."""
    async with database.unit_of_work() as session:
        mails = MailRepository.from_session(session)
        letter = await mails.claim_for_update(settings.mail_give_up_after.total_seconds())
        if letter is None:
            return False
        crash_point("mail.claimed")
        await _deal(mails, letter, composer, transport)
    return True


async def _deal(mails: MailRepository, letter: Claimed, composer: Composer, transport: Transport | None) -> None:
    known = {"mail_id": str(letter.id), "kind": letter.kind}
    kind = composer.kinds.get(letter.kind)
    if kind is None or (letter.is_unwanted and kind.can_be_off):
        # A release that is going away does not judge what the next one has written; it is not switched off either.
        await (mails.end(letter.id, "unwanted") if kind else mails.later(letter.id, UNKNOWN, pause(letter.attempts)))
        return
    if letter.is_late:
        await mails.end(letter.id, "failed", LATE)
        log.error("mail_given_up", attempts=letter.attempts, **known)
        return
    if transport is None:
        await mails.later(letter.id, NOWHERE, _LONGEST_PAUSE_S)
        log.warning("mail_has_nowhere_to_go", **known)
        return
    try:
        message = composer.compose(letter)
    except Exception as error:  # noqa: BLE001 - a letter that cannot be written holds up no other
        await mails.end(letter.id, "failed", UNWRITABLE)
        log.error("mail_cannot_be_written", error=summary(error), **known)
        return
    try:
        await transport.send(letter.id, message)
    except Refused as why:
        await mails.end(letter.id, "failed", str(why))
        log.error("mail_refused", why=str(why), **known)
    except NotNow as why:
        await mails.later(letter.id, str(why), pause(letter.attempts))
        log.warning("mail_waits", why=str(why), attempts=letter.attempts + 1, **known)
    else:
        crash_point("mail.taken")
        await mails.end(letter.id, "sent")
        log.info("mail_sent", **known)


def pause(attempts: int) -> float:
    """Half a minute, doubled with each attempt up to an hour, and a little more for each by chance."""
    return min(_FIRST_PAUSE_S * 2.0 ** min(attempts, 10), _LONGEST_PAUSE_S) * random.uniform(1, 1.25)  # noqa: S311
