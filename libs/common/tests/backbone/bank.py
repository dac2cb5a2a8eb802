"""A small service of our own to test the backbone with: an `account` per key, whose amounts are entered in order."""

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from filiere.database import AsyncSession, service_metadata
from filiere.events import Event, Incoming, event
from filiere.kafka import Invalid, Received, RetryLater, Subscription, Topic
from filiere.service import Service

TOPIC = "bank.accounts"


@event(topic=TOPIC, name="amount-added", version=1, key="account")
class AmountAdded(Event):
    """An amount was added to an account."""

    account: str
    number: int
    amount: int = 1
    trouble: str = ""
    padding: str = ""
    example: ClassVar[dict[str, Any]] = {"account": "a", "number": 1}


class Amount(Incoming, type=AmountAdded.type):
    account: str
    number: int
    amount: int
    trouble: str


def bank_metadata() -> sa.MetaData:
    metadata = service_metadata()
    sa.Table(
        "entry",
        metadata,
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
    )
    return metadata


healed: set[str] = set()  # troubles that a test has mended


async def add_up(session: AsyncSession, events: Sequence[Received[Amount]]) -> None:
    for received in events:
        trouble = received.event.trouble
        if trouble and trouble not in healed:
            if trouble == "invalid":
                raise Invalid("this amount can never be added")
            if trouble == "later":
                raise RetryLater("the account is not open yet")
            raise KeyError(trouble)
    await session.execute(
        sa.text(
            "INSERT INTO entry (account, number, amount) SELECT * FROM unnest(:a ::text[], :n ::int[], :m ::int[])"
        ),
        {
            "a": [r.event.account for r in events],
            "n": [r.event.number for r in events],
            "m": [r.event.amount for r in events],
        },
    )


BANK = Service(
    name="bank",
    title="Banque",
    metadata=bank_metadata(),
    topics=[Topic(TOPIC, key="account", description="What happens to accounts.")],
    events=[AmountAdded],
    subscriptions=[Subscription(TOPIC, [Amount], add_up)],
    routers=list,
)
