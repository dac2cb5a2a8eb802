"""The Apache Kafka of tests and of `make kafka`: it starts without Docker and forgets nothing."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filiere.embedded.apache_kafka import ApacheKafka, why_not
from filiere.embedded.apache_kafka.configuration import NodePlan, has_controller, properties
from filiere.embedded.broker import answers_kafka
from filiere.embedded.ports import free_port
from filiere.embedded.process import EngineError


def test_any_broker_of_three_may_be_lost_and_either_of_two() -> None:
    assert [has_controller(number, 1) for number in (1,)] == [True]
    assert [has_controller(number, 2) for number in (1, 2)] == [False, False]
    assert [has_controller(number, 5) for number in (1, 2, 3, 4, 5)] == [True, True, True, False, False]


def test_a_node_listens_on_loopback_alone_and_makes_no_topic_unasked(tmp_path: Path) -> None:
    plan = NodePlan(1, 19092, 19093, tmp_path)
    lines = properties(plan, [plan], 1).splitlines()
    listeners = next(line for line in lines if line.startswith("listeners="))
    assert listeners == "listeners=BROKER://127.0.0.1:19092,CONTROLLER://127.0.0.1:19093"
    assert "auto.create.topics.enable=false" in lines


def test_without_java_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = why_not()
    assert reason is not None
    assert "java" in reason
    up = [sys.executable, "-m", "filiere.embedded.apache_kafka", "up", "--folder", str(tmp_path / "kafka")]
    done = subprocess.run(up, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == reason
    with pytest.raises(EngineError, match="java"):
        asyncio.run(ApacheKafka(tmp_path / "kafka").start())


@pytest.mark.apache_kafka
async def test_a_killed_node_comes_back_on_its_port_with_what_it_had(tmp_path: Path) -> None:
    async with ApacheKafka(tmp_path / "kafka") as kafka:
        cluster, port = (tmp_path / "kafka" / "cluster-id").read_text(), kafka.port
        kafka.kill()
        assert not kafka.running
        assert not await answers_kafka("127.0.0.1", port)
        await kafka.start()
        assert await answers_kafka("127.0.0.1", port)
        assert (kafka.port, kafka.incarnation) == (port, 1)
        assert (tmp_path / "kafka" / "cluster-id").read_text() == cluster
        kafka.destroy()
        shutil.rmtree(tmp_path / "kafka")
        keeper = asyncio.create_task(kafka.start(*kafka.nodes))  # somebody else begins: prepares it, launches it
        while not kafka.running:
            await asyncio.sleep(0.01)
        await kafka.start()
        assert await answers_kafka("127.0.0.1", port)
        await keeper
        kafka.pause()
        assert not await answers_kafka("127.0.0.1", port, timeout=0.5)
        kafka.resume()
        assert await answers_kafka("127.0.0.1", port)


@pytest.mark.apache_kafka
def test_make_kafka_leaves_it_running_and_takes_it_down(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        module = [sys.executable, "-m", "filiere.embedded.apache_kafka", *arguments, "--folder", str(tmp_path / "made")]
        return subprocess.run(module, capture_output=True, text=True, check=False, timeout=100)

    port = free_port()
    try:
        up = run("up", "--port", str(port), "--heap-mb", "256")
        assert up.returncode == 0, up.stderr
        exports = f"export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:{port}\nexport KAFKA_PROFILE=kafka\n"
        assert up.stdout == exports + "export KAFKA_REPLICATION_FACTOR=1\n"
        assert asyncio.run(answers_kafka("127.0.0.1", port))
        assert "already runs" in run("up").stderr
        assert run("address").stdout == up.stdout
    finally:
        down = run("down", "--forget")
    assert "has stopped" in down.stderr
    assert not asyncio.run(answers_kafka("127.0.0.1", port))
    assert not (tmp_path / "made").exists()
    assert run("address").returncode == 1
