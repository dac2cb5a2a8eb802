"""The embedded broker: it answers the protocol, keeps its port, and forgets everything when it dies."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from filiere.embedded.broker import EmbeddedBroker, answers_kafka
from filiere.embedded.ports import free_port
from filiere.embedded.process import EngineError


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(log_file=tmp_path / "broker.log")
    yield broker
    broker.kill()


async def test_it_answers_the_protocol_and_comes_back_on_its_port(broker: EmbeddedBroker) -> None:
    await broker.start()
    address = broker.bootstrap_servers
    assert await answers_kafka("127.0.0.1", broker.port)

    broker.kill()
    assert not await answers_kafka("127.0.0.1", broker.port)
    await broker.start()

    assert broker.bootstrap_servers == address
    assert broker.incarnation == 2
    assert await answers_kafka("127.0.0.1", broker.port)


async def test_who_asks_for_it_while_another_starts_it_waits_until_it_answers(broker: EmbeddedBroker) -> None:
    first = asyncio.create_task(broker.start())
    while not broker.running:
        await asyncio.sleep(0)
    broker.pause()  # it begins no sooner than it may, on whatever machine
    second = asyncio.create_task(broker.start())
    await asyncio.sleep(0.05)
    assert not second.done()
    broker.resume()
    await second
    assert await answers_kafka("127.0.0.1", broker.port)
    await first
    assert broker.incarnation == 1


async def test_its_end_is_seen(broker: EmbeddedBroker) -> None:
    await broker.start()
    waiting = asyncio.create_task(broker.child.wait())
    await asyncio.sleep(0.01)
    broker.kill()
    assert await asyncio.wait_for(waiting, 30) == -9


async def test_a_listener_that_speaks_no_kafka_is_not_a_broker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not await answers_kafka("127.0.0.1", silent.getsockname()[1], timeout=0.2)
    assert not await answers_kafka("127.0.0.1", free_port(), timeout=0.2)


async def test_a_taken_port_is_said_in_one_sentence(
    broker: EmbeddedBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await broker.start()
    monkeypatch.setattr(EmbeddedBroker, "start_seconds", 0.3)
    with pytest.raises(EngineError, match="does not start"):
        await EmbeddedBroker(broker.port, log_file=tmp_path / "second.log").start()
