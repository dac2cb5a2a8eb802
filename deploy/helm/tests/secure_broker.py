"""An Apache Kafka as Strimzi runs it: TLS and SCRAM for clients, nobody may do what is not said."""

import asyncio
import contextlib
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.protocol.admin import CreateAclsRequest
from filiere.embedded.apache_kafka.jars import jars, java, log_configuration
from filiere.embedded.process import Child

from deploy.helm.tests.charts import Object

_KINDS = {"topic": 2, "group": 3}
_OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Delete": 6, "Alter": 7, "Describe": 8}
_LITERAL, _ALLOW = 3, 3


@dataclass(frozen=True)
class SecureBroker:
    """`address` for clients with a name, `inside` for whoever may do everything."""

    address: str
    inside: str
    authority: Path

    async def prepare(self, topics: list[Object], users: Mapping[str, Object]) -> None:
        """Do what Strimzi's operators do with a KafkaTopic and a KafkaUser; one broker, so one copy."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.inside)
        await admin.start()
        try:
            made = await admin.create_topics([NewTopic(one["topicName"], one["partitions"], 1) for one in topics])
            assert all(code == 0 for _, code, *_ in made.topic_errors), made
            for name, user in users.items():
                for rule in user["spec"]["authorization"]["acls"]:
                    what = _KINDS[rule["resource"]["type"]], rule["resource"]["name"], _LITERAL
                    for operation in rule["operations"]:
                        request = CreateAclsRequest(*what, f"User:{name}", "*", _OPERATIONS[operation], _ALLOW)
                        answer = await admin._send_request(request)
                        assert answer.creation_responses[0][0] == 0, answer
        finally:
            await admin.close()


@contextlib.asynccontextmanager
async def secure_broker(folder: Path, passwords: Mapping[str, str]) -> AsyncIterator[SecureBroker]:
    """Start it with these users; ends with the block."""
    tls, plain, quorum = _free_ports(3)
    keystore, authority = _certificates(folder)
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@127.0.0.1:{quorum}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"TLS://127.0.0.1:{tls},PLAIN://127.0.0.1:{plain},CONTROLLER://127.0.0.1:{quorum}",
        "advertised.listeners": f"TLS://127.0.0.1:{tls},PLAIN://127.0.0.1:{plain}",
        "listener.security.protocol.map": "TLS:SASL_SSL,PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "PLAIN",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.tls.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": keystore,
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",  # the inside listener alone has nobody's name
        "log.dirs": folder / "data",
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 2,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "log.index.size.max.bytes": 256 * 1024,
    }
    properties = folder / "server.properties"
    properties.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    users = [f"SCRAM-SHA-512=[name={name},password={password}]" for name, password in passwords.items()]
    scram = [word for user in users for word in ("--add-scram", user)]
    formatted = Child(
        await _java("kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", str(properties), *scram),
        log_file=folder / "format.log",
    )
    assert await formatted.wait() == 0, (folder / "format.log").read_text()
    log = folder / "kafka.log"
    broker = Child(await _java("kafka.Kafka", str(properties)), log_file=log, death_signal=signal.SIGKILL)
    try:
        async with asyncio.timeout(90):
            while "Kafka Server started" not in log.read_text():
                assert broker.running, log.read_text()[-2000:]
                await asyncio.sleep(0.2)
        yield SecureBroker(f"127.0.0.1:{tls}", f"127.0.0.1:{plain}", authority)
    finally:
        broker.kill_group()


def _certificates(folder: Path) -> tuple[Path, Path]:
    """(the broker's key and certificate in one PEM file, the authority's certificate)."""

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority",
            "-keyout", "ca.key", "-out", "ca.crt")  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=broker", "-keyout", "key.pem", "-out", "request.pem")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "certificate.pem")  # fmt: skip
    keystore = folder / "keystore.pem"
    keystore.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return keystore, folder / "ca.crt"


async def _java(main: str, *arguments: str) -> list[str]:
    quick = ["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    logs = f"-Dlog4j2.configurationFile={log_configuration()}"
    return [java(), *quick, logs, "-cp", f"{await jars()}/*", main, *arguments]


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports
