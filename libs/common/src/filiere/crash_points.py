"""Crash points: places where a test may let the process die as by `kill -9`, chosen by environment.

`FILIERE_CRASH_AT=relay.sent:3` ends the process the third time it passes that point. Unset, a point is one comparison.
"""

import os
from typing import Literal

CrashPoint = Literal[
    "relay.sent",  # the broker has the events, the outbox is not stamped yet
    "consumer.claimed",  # the inbox has the ids, the handler has not run, nothing is committed
    "consumer.half",  # half of a slice handled one by one
    "consumer.committed",  # the transaction is committed, the offset is not
    "mail.claimed",  # a letter is locked, nothing has left
    "mail.taken",  # the mail server has the letter, that it has is not committed
    "webhook.claimed",  # a message is in hand, nothing has left
    "webhook.taken",  # the receiver has the message, that it has is not committed
    "bulk.written",  # one act on many devices is written, and not committed
    "topup.taken",  # a code is held for somebody, nothing is written
    "topup.entered",  # its entry is in the till's journal, the handover is not written
    "topup.left",  # the handover is written, no event is
    "topup.told",  # the event is written, nothing is committed
    "topup.opened",  # a code is open in memory, that it is shown is not written
    "topup.shown",  # that it is shown is written, and not committed
    "slip.taken",  # a referral slip is taken by a sale, nothing is committed
    "api.committed",  # the command is committed, the answer is not sent
]

_wanted, _, _times = os.environ.get("FILIERE_CRASH_AT", "").partition(":")
_left = int(_times or 1)


def crash_point(name: CrashPoint) -> None:
    """Die here, without any clean-up, when the environment asks for it."""
    global _left
    if name != _wanted:
        return
    _left -= 1
    if _left <= 0:
        os._exit(137)
