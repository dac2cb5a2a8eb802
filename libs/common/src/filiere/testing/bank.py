"""A small service to test the backbone with: amounts are entered into accounts, in order per account.

`python -m filiere.testing.bank worker` runs it as a process of its own, for tests that kill it.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from filiere.database import AsyncSession, Repository
from filiere.events import Incoming
from filiere.kafka import Invalid, Received, RetryLater, Subscription, Topic
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.bank_events import TOPIC, AmountAdded

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData

PARTITIONS = 6

# One set-based statement per batch, as our projections are: what happened, and the account's new state.
ENTER = """
WITH entered AS (
    INSERT INTO entry (account, number, amount)
    SELECT u.account, u.number, u.amount
    FROM unnest($1::text[], $2::int[], $3::int[]) WITH ORDINALITY AS u(account, number, amount, position)
    ORDER BY u.position
    RETURNING account, amount
)
INSERT INTO account AS a (account, balance)
SELECT account, sum(amount) FROM entered GROUP BY account ORDER BY account
ON CONFLICT (account) DO UPDATE SET balance = a.balance + excluded.balance
"""


class Amount(Incoming, type=AmountAdded.type):
    account: str
    number: int
    amount: int
    trouble: str


healed: set[str] = set()
"""Troubles that a test has mended."""


class BankRepository(Repository):
    async def enter(self, amounts: Sequence[Amount]) -> None:
        await (await self.driver()).execute(
            ENTER, [a.account for a in amounts], [a.number for a in amounts], [a.amount for a in amounts]
        )


async def enter(session: AsyncSession, events: Sequence[Received[Amount]]) -> None:
    for received in events:
        trouble = received.event.trouble
        if trouble and trouble not in healed:
            if ":" in trouble:
                await _take_time(*trouble.split(":"))
                continue
            if trouble == "invalid":
                raise Invalid("this amount can never be added")
            if trouble == "later":
                raise RetryLater("the account is not open yet")
            raise KeyError(trouble)
    await BankRepository.from_session(session).enter([received.event for received in events])


async def _take_time(how: str, seconds: str) -> None:
    if how == "stuck":
        time.sleep(float(seconds))  # noqa: ASYNC251 - on purpose: not even heartbeats go out meanwhile
    else:
        await asyncio.sleep(float(seconds))


def _tables() -> "MetaData":
    from filiere.testing.bank_tables import metadata

    return metadata


def _routers() -> "list[APIRouter]":
    from filiere.testing import bank_api

    return [bank_api.router]


BANK = Service(
    name="bank",
    title="Banque",
    tables=_tables,
    topics=[Topic(TOPIC, key="account", description="What happens to accounts.", partitions=PARTITIONS)],
    events=[AmountAdded],
    subscriptions=[Subscription(TOPIC, [Amount], enter)],
    routers=_routers,
    settings=Settings,
    package="filiere.testing",
)


def amounts(count: int, accounts: int = 500, padding: int = 330) -> list[AmountAdded]:
    """`count` events over `accounts` accounts, numbered; with the default padding each is about 450 bytes."""
    return [AmountAdded(account=f"account-{n % accounts:04d}", number=n, padding="x" * padding) for n in range(count)]


if __name__ == "__main__":
    from filiere.cli import main

    main(BANK)
