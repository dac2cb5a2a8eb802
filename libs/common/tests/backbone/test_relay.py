"""What the relay does when the broker refuses, fails or comes back."""

import asyncio
from collections.abc import Sequence

import pytest
from filiere import outbox
from filiere.database import Database
from filiere.events import EventTooLarge
from filiere.kafka.ports import BrokerUnavailable, Outgoing, RecordRefused
from filiere.outbox.relay import Relay
from filiere.settings import Settings
from filiere.testing.bank import BANK
from filiere.testing.bank_events import AmountAdded


class Broker:
    """A producer whose answers the test decides; what it stored is in `log`."""

    def __init__(self) -> None:
        self.log: list[tuple[str, bytes]] = []
        self.refuse_keys: set[bytes] = set()
        self.down = False
        self.starts = 0

    async def start(self) -> None:
        self.starts += 1
        if self.down:
            raise BrokerUnavailable("down")

    async def send(self, records: Sequence[Outgoing]) -> Sequence[Exception | None]:
        if self.down:
            return [BrokerUnavailable("down") for _ in records]
        outcomes: list[Exception | None] = []
        for record in records:
            if record.key in self.refuse_keys:
                outcomes.append(RecordRefused("refused"))
            else:
                self.log.append((record.key.decode(), record.value))
                outcomes.append(None)
        return outcomes

    async def stop(self) -> None:
        pass


async def write(bank: Database, *accounts: str) -> None:
    async with bank.unit_of_work() as session:
        await outbox.append(session, [AmountAdded(account=a, number=n) for n, a in enumerate(accounts)])


async def until(relay: Relay, bank: Database, waiting: int) -> None:
    async with asyncio.timeout(30):
        while True:
            async with bank.read() as session:
                if (await outbox.OutboxRepository.from_session(session).counts())[0] == waiting:
                    return
            await asyncio.sleep(0.02)


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def relay(bank: Database, bank_settings: Settings, broker: Broker) -> Relay:
    return Relay(bank, lambda: broker, BANK.name, bank_settings)


async def test_a_refused_event_holds_back_its_own_key_only(bank: Database, relay: Relay, broker: Broker) -> None:
    broker.refuse_keys.add(b"bad")
    await write(bank, "bad", "good", "bad", "good")
    task = asyncio.create_task(relay.run())
    await until(relay, bank, 2)
    assert [key for key, _ in broker.log] == ["good", "good"]
    broker.refuse_keys.clear()
    await write(bank, "bad")
    await until(relay, bank, 0)
    relay.stop()
    await task
    numbers = [value for key, value in broker.log if key == "bad"]
    assert [b'"number":0' in numbers[0], b'"number":2' in numbers[1], len(numbers)] == [True, True, 3]


async def test_a_broker_that_is_away_loses_nothing(bank: Database, relay: Relay, broker: Broker) -> None:
    broker.down = True
    await write(bank, "a", "b")
    task = asyncio.create_task(relay.run())
    async with asyncio.timeout(30):
        while relay.broker_error is None or broker.starts < 3:
            await asyncio.sleep(0.01)
    broker.down = False
    await until(relay, bank, 0)
    assert relay.broker_error is None
    assert [key for key, _ in broker.log] == ["a", "b"]
    relay.stop()
    await task


async def test_an_event_over_the_limit_is_refused_where_it_is_made(bank: Database) -> None:
    with pytest.raises(EventTooLarge, match="262144"):
        async with bank.unit_of_work() as session:
            await outbox.append(session, [AmountAdded(account="a", number=1, padding="é" * 200_000)])


async def test_sent_events_are_forgotten_only_after_the_retention(bank: Database, relay: Relay, broker: Broker) -> None:
    await write(bank, "a", "b")
    task = asyncio.create_task(relay.run())
    await until(relay, bank, 0)
    relay.stop()
    await task
    connection = await bank.connect()
    repository = outbox.repository.RelayRepository(connection)
    assert await repository.prune(older_than_s=60) == 0
    assert await repository.prune(older_than_s=0) == 2
    await connection.close()
