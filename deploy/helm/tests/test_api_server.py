"""The judgement of a real API server: `make helm-server` builds it and runs these; otherwise they are skipped."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.helm.tests import tools
from deploy.helm.tests.api_server import NAMESPACE, Cluster, cluster
from deploy.helm.tests.charts import CHART, KUBERNETES, SETS, VALUES, named, pods, rendered

pytestmark = [
    pytest.mark.skipif(tools.server() is None, reason="no API server: `make helm-server` builds one"),
    pytest.mark.timeout(180),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """With the operators' definitions, and a namespace that takes only pods of the `restricted` standard."""
    with cluster(tmp_path_factory.mktemp("server")) as found:
        definitions = [yaml.safe_load(file.read_text()) for file in tools.definitions()]
        for definition in definitions:
            found.create(definition)
        standard = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
        found.create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": standard}},
        )
        deadline = time.monotonic() + 30
        for definition in definitions:
            spec = definition["spec"]
            for version in spec["versions"]:
                api = f"{spec['group']}/{version['name']}"
                while version["served"] and not found.knows(api, spec["names"]["kind"]):
                    assert time.monotonic() < deadline, f"{api} is not served"
                    time.sleep(0.2)
        yield found
        found.close()


@pytest.mark.parametrize("values", SETS)
def test_the_server_takes_every_object_without_a_warning(server: Cluster, values: str) -> None:
    said = {f"{one['kind']}/{one['metadata']['name']}": server.refusals(one) for one in rendered(values)}
    assert {name: sentences for name, sentences in said.items() if sentences} == {}


@pytest.mark.parametrize("values", ["minimal", "everything"])
def test_every_pod_is_within_the_restricted_standard(server: Cluster, values: str) -> None:
    for name, template in pods(rendered(values)):
        metadata = {"name": "one", "labels": template["metadata"]["labels"]}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
        assert server.refusals(pod) == [], name


def test_a_pod_that_may_become_root_would_be_refused(server: Cluster) -> None:
    _, template = next(pods(rendered("minimal")))
    spec = {**template["spec"], "securityContext": {}}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}, "spec": spec}
    assert "violates PodSecurity" in str(server.refusals(pod))


def test_a_topic_that_strimzi_would_refuse_is_refused(server: Cluster) -> None:
    topic = next(iter(named(rendered("everything"), "KafkaTopic").values()))
    assert server.refusals({**topic, "spec": {**topic["spec"], "partitions": 0}}) != []


def test_a_release_is_installed_changed_and_taken_away(server: Cluster, tmp_path: Path) -> None:
    """Helm itself against the server, without hooks: nothing runs here that would end a Job."""
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig(tmp_path / "kubeconfig"))}

    def helm(*arguments: str | Path) -> str:
        command = [str(tools.helm()), *map(str, arguments), "--namespace", NAMESPACE]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    notes = helm("install", "filiere", CHART, "--values", VALUES / "minimal.yaml", "--no-hooks")
    assert "kafka topics apply" in notes
    assert "members grant <subject> coordinator" in notes
    # No field that cannot be changed differs between the sets: an operator may switch things on one after the other.
    for values in ("external", "path", "everything", "minimal"):
        helm("upgrade", "filiere", CHART, "--values", VALUES / f"{values}.yaml", "--no-hooks")
    kept = helm("uninstall", "filiere", "--no-hooks")
    assert "deleted" in kept or "uninstalled" in kept


def test_the_server_is_of_a_version_that_the_chart_takes() -> None:
    assert KUBERNETES[0] <= tools.KUBERNETES <= KUBERNETES[1]
