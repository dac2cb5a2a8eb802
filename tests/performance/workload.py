"""What both sides of a benchmark do: events of accounts, and a handler that keeps each account's balance."""

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from filiere.database import AsyncSession, Repository, service_metadata
from filiere.events import Event, Incoming, event
from filiere.kafka import Received, Subscription, Topic
from filiere.service import Service

TOPIC = "bench.accounts"
PARTITIONS = 6


@event(topic=TOPIC, name="amount-added", version=1, key="account")
class AmountAdded(Event):
    """An amount was added to an account; about 450 bytes, as our device events are."""

    account: str
    number: int
    amount: int
    padding: str
    example: ClassVar[dict[str, Any]] = {"account": "a", "number": 1, "amount": 1, "padding": ""}


class Amount(Incoming, type=AmountAdded.type):
    account: str
    number: int
    amount: int


# One set-based statement per batch: an upsert per account, as our projections are.
APPLY = """
INSERT INTO balance AS b (account, amount, number)
SELECT u.account, sum(u.amount), max(u.number)
FROM unnest($1::text[], $2::int[], $3::int[]) AS u(account, number, amount)
GROUP BY u.account ORDER BY u.account
ON CONFLICT (account) DO UPDATE SET amount = b.amount + excluded.amount, number = greatest(b.number, excluded.number)
"""


class BalanceRepository(Repository):
    async def add(self, amounts: Sequence[Amount]) -> None:
        await (await self.driver()).execute(
            APPLY, [a.account for a in amounts], [a.number for a in amounts], [a.amount for a in amounts]
        )


async def apply(session: AsyncSession, events: Sequence[Received[Amount]]) -> None:
    await BalanceRepository.from_session(session).add([received.event for received in events])


def _metadata() -> sa.MetaData:
    metadata = service_metadata()
    sa.Table(
        "balance",
        metadata,
        sa.Column("account", sa.Text, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
    )
    return metadata


BENCH = Service(
    name="bench",
    title="Mesures",
    metadata=_metadata(),
    topics=[Topic(TOPIC, key="account", description="Amounts added to accounts.", partitions=PARTITIONS)],
    events=[AmountAdded],
    subscriptions=[Subscription(TOPIC, [Amount], apply)],
    routers=list,
)


def events(count: int, accounts: int = 500) -> list[AmountAdded]:
    return [
        AmountAdded(account=f"account-{n % accounts:04d}", number=n, amount=1, padding="x" * 330) for n in range(count)
    ]
