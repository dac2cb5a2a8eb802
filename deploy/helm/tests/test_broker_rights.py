"""What the chart lets a service do at the broker is what it needs: our clients on a real Kafka with TLS and ACLs."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from filiere.embedded.apache_kafka.jars import why_not
from filiere.kafka.client import KafkaConsumer, KafkaProducer, missing_topics
from filiere.kafka.ports import BrokerUnavailable, Outgoing, Partition, RecordRefused
from filiere.service import Service, installed_services
from filiere.settings import Settings

from deploy.helm.tests.charts import named, rendered
from deploy.helm.tests.secure_broker import SecureBroker, secure_broker

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(why_not() is not None, reason=f"NO APACHE KAFKA: {why_not()}"),
    pytest.mark.timeout(300),
]

SERVICES: dict[str, Service] = {service.name: service for service in installed_services()}
PREFIX = "north-"  # of the set `everything`


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SecureBroker]:
    objects = rendered("everything")
    users = named(objects, "KafkaUser")
    folder = tmp_path_factory.mktemp("broker")
    async with secure_broker(folder, {name: f"secret{name.replace('-', '')}" for name in users}) as found:
        await found.prepare([topic["spec"] for topic in named(objects, "KafkaTopic").values()], users)
        yield found


def settings_of(service: str, broker: SecureBroker, monkeypatch: pytest.MonkeyPatch, **other: str) -> Settings:
    """Those of the rendered ConfigMap; only addresses and the password are this machine's."""
    given = named(rendered("everything"), "ConfigMap")[f"filiere-{service}"]["data"]
    own = {"KAFKA_BOOTSTRAP_SERVERS": broker.address, "KAFKA_CA_FILE": str(broker.authority)}
    password = {"KAFKA_PASSWORD": f"secret{given['KAFKA_USERNAME'].replace('-', '')}"}
    with monkeypatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("KAFKA_")]:
            environment.delenv(name)
        for name, value in {**given, **own, **password, **other}.items():
            environment.setenv(name, value)
        return Settings(_env_file=None)


async def send(settings: Settings, *topics: str) -> list[Exception | None]:
    producer = KafkaProducer(settings)
    await producer.start()
    try:
        return list(await producer.send([Outgoing(topic, b"key", b"{}", [], 1) for topic in topics]))
    finally:
        await producer.stop()


async def read(settings: Settings, group: str, topics: list[str], records: int) -> set[str]:
    """Topics of which something came; what was read is committed."""
    consumer = KafkaConsumer(settings, group)

    async def nothing(_: object) -> None: ...

    await consumer.start(topics, nothing)
    found: dict[Partition, int] = {}
    try:
        for _ in range(100):
            for partition, got in (await consumer.poll(set(), 0.3, 100)).items():
                found[partition] = got[-1].offset + 1
            if len(found) >= records:
                break
        await consumer.commit(found)
        return {partition.topic for partition in found}
    finally:
        await consumer.stop()


async def test_each_service_can_do_its_work_and_nothing_else(
    broker: SecureBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = {topic.name: service.name for service in SERVICES.values() for topic in service.topics}
    for name, service in SERVICES.items():
        settings = settings_of(name, broker, monkeypatch)
        own = [topic.name for topic in service.topics]
        reads = sorted({subscription.topic for subscription in service.subscriptions})
        assert await missing_topics(settings, own + reads) == [], name
        assert await send(settings, *own) == [None] * len(own), name
        others = [topic for topic, owner in every.items() if owner != name and topic in reads]
        refused = await send(settings, *others)
        assert all(isinstance(error, RecordRefused) for error in refused), refused
        # Topics of others that it does not read are not even shown to it.
        hidden = [topic for topic, owner in every.items() if owner != name and topic not in reads]
        assert await missing_topics(settings, hidden) == sorted(hidden), name
    for name, service in SERVICES.items():
        reads = sorted({subscription.topic for subscription in service.subscriptions})
        settings = settings_of(name, broker, monkeypatch)
        assert await read(settings, name, reads, len(reads)) == set(reads), name


async def test_a_stranger_a_wrong_password_and_another_services_group_stay_outside(
    broker: SecureBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = settings_of("collect", broker, monkeypatch, KAFKA_PASSWORD="guess")
    with pytest.raises(BrokerUnavailable):
        await send(wrong, "collect.lots")
    unencrypted = settings_of("collect", broker, monkeypatch, KAFKA_SECURITY="SASL_PLAINTEXT")
    with pytest.raises(BrokerUnavailable):
        await send(unencrypted, "collect.lots")
    # Without the authority's certificate the broker could be anybody.
    strangers = settings_of("collect", broker, monkeypatch).model_copy(update={"kafka_ca_file": None})
    with pytest.raises(BrokerUnavailable):
        await send(strangers, "collect.lots")
