"""Topics, users and scaling come from `contracts/topics.yaml`, the same list as everything else."""

import re
from datetime import timedelta

import pytest
import yaml
from filiere.kafka.client import topic_settings
from filiere.kafka.topics import read_topics
from filiere.service import installed_services
from filiere.settings import KafkaProfile, Settings

from deploy.helm.tests import tools
from deploy.helm.tests.charts import CHART, named, rendered

CONTRACTS = tools.ROOT / "contracts" / "topics.yaml"
DECLARED = read_topics(CONTRACTS)
PREFIX = "north-"  # of the set `everything`


def test_the_charts_list_is_the_contracts_list() -> None:
    assert (CHART / "files" / "topics.yaml").resolve() == CONTRACTS


def test_every_topic_is_declared_as_topics_apply_would_make_it() -> None:
    settings = Settings(kafka_profile=KafkaProfile.KAFKA, _env_file=None)
    made = {
        topic["spec"].pop("topicName"): topic["spec"] for topic in named(rendered("everything"), "KafkaTopic").values()
    }
    wanted = {
        PREFIX + one.topic.name: {
            "partitions": one.topic.partitions,
            "replicas": 3,
            "config": topic_settings(one.topic, settings, 3),
        }
        for one in DECLARED
    }
    for spec in made.values():
        spec["config"] = {name: str(value) for name, value in spec["config"].items()}
    assert made == wanted


@pytest.mark.parametrize(
    ("written", "means"), [("P30D", timedelta(days=30)), ("PT90S", timedelta(seconds=90)), ("for ever", None)]
)
def test_the_chart_reads_retentions_as_filiere_does(written: str, means: timedelta | None, tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    import shutil

    from deploy.helm.tests.charts import VALUES, helm

    folder = tmp_path_factory.mktemp("chart") / "filiere"
    shutil.copytree(CHART, folder)
    topics = {"a.b": {**yaml.safe_load(CONTRACTS.read_text())["collect.lots"], "retention": written}}
    (folder / "files" / "topics.yaml").write_text(yaml.safe_dump(topics))
    text = helm("template", "x", folder, "--values", VALUES / "engines.yaml", "--kube-version", "1.36.0")
    (topic,) = named(list(filter(None, yaml.safe_load_all(text))), "KafkaTopic").values()
    assert topic["spec"]["config"]["retention.ms"] == (-1 if means is None else means.total_seconds() * 1000)


def test_engines_keep_their_data_when_the_release_goes() -> None:
    for kind in ("Kafka", "KafkaNodePool", "KafkaTopic", "Cluster", "Database"):
        for name, found in named(rendered("everything"), kind).items():
            assert found["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep", name


def test_a_service_may_touch_its_own_topics_and_those_it_reads_and_nothing_else() -> None:
    users = named(rendered("everything"), "KafkaUser")
    services = {service.name: service for service in installed_services()}
    assert set(users) == {f"filiere-{name}" for name in services}
    for name, service in services.items():
        may: dict[tuple[str, str], set[str]] = {}
        for rule in users[f"filiere-{name}"]["spec"]["authorization"]["acls"]:
            assert rule["resource"]["patternType"] == "literal"
            key = rule["resource"]["type"], rule["resource"]["name"]
            may.setdefault(key, set()).update(rule["operations"])
        wanted: dict[tuple[str, str], set[str]] = {("group", PREFIX + name): {"Read"}}
        for topic in service.topics:
            wanted.setdefault(("topic", PREFIX + topic.name), set()).update({"Write", "Describe"})
        for subscription in service.subscriptions:
            wanted.setdefault(("topic", PREFIX + subscription.topic), set()).update({"Read", "Describe"})
        assert may == wanted


def test_the_broker_lets_nobody_in_without_a_name() -> None:
    (broker,) = named(rendered("everything"), "Kafka").values()
    spec = broker["spec"]["kafka"]
    assert [listener["authentication"]["type"] for listener in spec["listeners"]] == ["scram-sha-512"]
    assert all(listener["tls"] for listener in spec["listeners"])
    assert spec["authorization"] == {"type": "simple"}
    assert spec["config"]["auto.create.topics.enable"] is False
    assert spec["rack"], "extraSpec is merged, not put in place of the rest"


@pytest.mark.parametrize(("values", "prefix"), [("everything", PREFIX), ("external", "")])
def test_workers_are_scaled_on_what_their_group_has_to_read(values: str, prefix: str) -> None:
    objects = rendered(values)
    for service in installed_services():
        scaled = named(objects, "ScaledObject")[f"filiere-{service.name}-worker"]["spec"]
        assert scaled["minReplicaCount"] >= 1, "the relay lives in a worker"
        assert scaled["maxReplicaCount"] <= max(one.topic.partitions for one in DECLARED)
        triggers = [trigger["metadata"] for trigger in scaled["triggers"]]
        assert {trigger["topic"] for trigger in triggers} == {prefix + one.topic for one in service.subscriptions}
        assert {trigger["consumerGroup"] for trigger in triggers} == {prefix + service.name}
        settings = named(objects, "ConfigMap")[f"filiere-{service.name}"]["data"]
        assert {trigger["bootstrapServers"] for trigger in triggers} == {settings["KAFKA_BOOTSTRAP_SERVERS"]}


@pytest.mark.parametrize("values", ["everything", "external"])
def test_keda_knows_every_parameter_that_it_is_given(values: str) -> None:
    source = tools.keda_scaler()
    if source is None:
        pytest.skip("NO SOURCE OF KEDA: it comes through the Go module proxy")
    tags = re.findall(r'keda:"name=(\w+),order=([\w;]+)[^"]*?(?:enum=([\w;]+))?"', source.read_text())
    places = {name: set(order.split(";")) for name, order, _ in tags}
    values_of = {name: set(allowed.split(";")) for name, _, allowed in tags if allowed}
    objects = rendered(values)
    for scaled in named(objects, "ScaledObject").values():
        for trigger in scaled["spec"]["triggers"]:
            for name, value in trigger["metadata"].items():
                assert "triggerMetadata" in places[name], name
                assert value in values_of.get(name, {value}), (name, value)
            proof = named(objects, "TriggerAuthentication")[trigger["authenticationRef"]["name"]]["spec"]
            for part in [*proof["env"], *proof["secretTargetRef"]]:
                assert "authParams" in places[part["parameter"]]
