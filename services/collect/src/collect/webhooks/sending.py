"""The worker's side of webhooks: what is due is posted, in order for each endpoint, until it is taken or given up.

A message is taken in hand for a minute before it is sent, and marked afterwards, each in a transaction of its own: no
connection to the database waits for a stranger's server. Whoever dies between leaves it to the next attempt, with the
same `webhook-id`: a message is never lost, and a receiver that keeps ids never takes it twice.
"""

import asyncio
import random
import time

from filiere.crash_points import crash_point
from filiere.database import Database
from filiere.jobs.waking import whenever
from filiere.telemetry.logs import get_logger

from collect.settings import CollectSettings
from collect.webhooks.posting import WITHIN_S, Poster, Unreachable
from collect.webhooks.repository import CHANNEL, InHand, WebhookRepository
from collect.webhooks.signing import headers

log = get_logger(__name__)

# Between attempts, in seconds, as Standard Webhooks advises: 28 hours in all. Then the endpoint is paused, and what
# waits for it waits for somebody to say that it works again.
PAUSES_S = (5, 60, 300, 1800, 7200, 18_000, 36_000, 36_000)
_SPREAD = 1.2  # by chance: endpoints that failed together are not tried together
_IN_HAND_S = WITHIN_S * 4
_AT_ONCE = 4
_ANYWAY_S = 10.0
_FORGOTTEN_AT_ONCE = 10_000
_TAKEN = range(200, 300)
_GONE = 410


async def send_webhooks(database: Database, settings: CollectSettings, stopping: asyncio.Event) -> None:
    """Background work of the worker."""
    forget_after = settings.webhook_retention.total_seconds()
    async with Poster(private=settings.webhook_private) as poster:

        async def work() -> None:
            async with database.unit_of_work() as session:
                webhooks = WebhookRepository.from_session(session)
                await webhooks.prune(forget_after, _FORGOTTEN_AT_ONCE)
                is_due = await webhooks.is_due()
            if is_due:  # else four connections would stay open all day for nothing
                await asyncio.gather(*(send_all() for _ in range(_AT_ONCE)))

        async def send_all() -> None:
            while not stopping.is_set() and await send_next(database, poster):
                pass

        await whenever(database, CHANNEL, stopping, work, _ANYWAY_S)


async def send_next(database: Database, poster: Poster) -> bool:
    """Deal with the message that is due longest; False when none is."""
    async with database.unit_of_work() as session:
        message = await WebhookRepository.from_session(session).claim(_IN_HAND_S)
    if message is None:
        return False
    crash_point("webhook.claimed")
    body = message.payload.encode()
    try:
        status = await poster.post(message.url, headers(message.secret, message.id, int(time.time()), body), body)
    except Unreachable as why:
        status, answer = 0, str(why)
    else:
        answer = str(status)
    crash_point("webhook.taken")
    async with database.unit_of_work() as session:
        await _mark(WebhookRepository.from_session(session), message, status, answer)
    return True


async def _mark(webhooks: WebhookRepository, message: InHand, status: int, answer: str) -> None:
    known = {"webhook_id": str(message.id), "endpoint_id": str(message.endpoint_id), "answer": answer}
    if status in _TAKEN:
        await webhooks.end(message, "delivered", answer)
        log.info("webhook_delivered", attempts=message.attempts, **known)
    elif status == _GONE or message.attempts > len(PAUSES_S):
        if await webhooks.end(message, "given_up", answer):
            await webhooks.pause(message.endpoint_id, "gone" if status == _GONE else "failing")
        log.warning("webhook_given_up", attempts=message.attempts, **known)
    else:
        pause_s = PAUSES_S[message.attempts - 1] * random.uniform(1, _SPREAD)  # noqa: S311
        await webhooks.later(message, answer, pause_s)
        log.info("webhook_waits", attempts=message.attempts, **known)
