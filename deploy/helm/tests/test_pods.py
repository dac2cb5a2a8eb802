"""How our pods run: as nobody in particular, within limits, probed, ended gently."""

import pytest
from filiere.settings import Settings

from deploy.helm.tests.charts import APPLICATIONS, containers, named, pods, rendered

pytestmark = pytest.mark.parametrize("values", APPLICATIONS)


def test_no_container_runs_as_root_or_may_become_it(values: str) -> None:
    for name, template in pods(rendered(values)):
        security = template["spec"]["securityContext"]
        assert security["runAsNonRoot"] is True, name
        assert security["runAsUser"] > 0, name
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}, name
    for name, container in containers(rendered(values)):
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False, name
        assert security["capabilities"] == {"drop": ["ALL"]}, name
        assert security["readOnlyRootFilesystem"] is True, name
        assert "privileged" not in security, name


def test_every_container_writes_to_its_own_tmp_alone(values: str) -> None:
    for name, template in pods(rendered(values)):
        assert all("hostPath" not in volume for volume in template["spec"]["volumes"]), name
        for container in template["spec"]["containers"]:
            written = [mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")]
            assert written == ["/tmp"], name


def test_no_pod_gets_a_token_of_the_cluster(values: str) -> None:
    for name, template in pods(rendered(values)):
        assert template["spec"]["automountServiceAccountToken"] is False, name
    for account in named(rendered(values), "ServiceAccount").values():
        assert account["automountServiceAccountToken"] is False


def test_every_container_has_requests_and_limits(values: str) -> None:
    for name, container in containers(rendered(values)):
        for part in ("requests", "limits"):
            assert set(container["resources"][part]) == {"cpu", "memory"}, name


def test_every_long_running_container_is_probed_where_it_answers(values: str) -> None:
    for name, deployment in named(rendered(values), "Deployment").items():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        (port,) = container["ports"]
        wanted = {"startupProbe": "live", "livenessProbe": "live", "readinessProbe": "ready"}
        for probe, path in wanted.items():
            asked = container[probe]["httpGet"]
            assert asked == {"path": f"/health/{path}", "port": port["containerPort"]}, name
        settings = named(rendered(values), "ConfigMap")[container["envFrom"][0]["configMapRef"]["name"]]["data"]
        listens = settings["PORT" if container["name"] == "api" else "WORKER_PORT"]
        assert listens == str(port["containerPort"]), name


def test_a_pod_outlives_its_own_draining(values: str) -> None:
    for name, deployment in named(rendered(values), "Deployment").items():
        spec = deployment["spec"]["template"]["spec"]
        (container,) = spec["containers"]
        settings = named(rendered(values), "ConfigMap")[container["envFrom"][0]["configMapRef"]["name"]]["data"]
        drain = Settings(drain_timeout=settings["DRAIN_TIMEOUT"], _env_file=None)
        # The broker's client has a bound of its own for letting go, after the work in flight.
        needs = container["lifecycle"]["preStop"]["sleep"]["seconds"] + drain.drain_timeout.total_seconds()
        assert spec["terminationGracePeriodSeconds"] >= needs + drain.kafka_timeout.total_seconds(), name


def test_a_new_version_starts_before_an_old_one_ends(values: str) -> None:
    for name, deployment in named(rendered(values), "Deployment").items():
        assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}, name


def test_every_deployment_has_a_disruption_budget_and_is_spread(values: str) -> None:
    budgets = [budget["spec"] for budget in named(rendered(values), "PodDisruptionBudget").values()]
    for name, deployment in named(rendered(values), "Deployment").items():
        selector = deployment["spec"]["selector"]
        (budget,) = [spec for spec in budgets if spec["selector"] == selector]
        assert budget["maxUnavailable"] == 1, name
        template = deployment["spec"]["template"]
        assert selector["matchLabels"].items() <= template["metadata"]["labels"].items(), name
        spread = template["spec"]["topologySpreadConstraints"]
        assert {part["topologyKey"] for part in spread} == {"kubernetes.io/hostname", "topology.kubernetes.io/zone"}


def test_a_deployment_that_is_scaled_says_no_number_itself(values: str) -> None:
    objects = rendered(values)
    targets = {
        found["spec"]["scaleTargetRef"]["name"]
        for kind in ("HorizontalPodAutoscaler", "ScaledObject")
        for found in named(objects, kind).values()
    }
    for name, deployment in named(objects, "Deployment").items():
        assert ("replicas" in deployment["spec"]) is (name not in targets), name
    assert targets <= set(named(objects, "Deployment"))


def test_the_migration_comes_before_the_pods_and_needs_nothing_of_the_release(values: str) -> None:
    objects = rendered(values)
    here = [name for name in named(objects, "Cluster") if not name.startswith("engines")]
    jobs = named(objects, "Job")
    assert len(jobs) == len(named(objects, "Deployment")) / 2
    for name, job in jobs.items():
        hooks = job["metadata"]["annotations"]["helm.sh/hook"].split(",")
        assert hooks == ["post-install" if here else "pre-install", "pre-upgrade"], name
        (container,) = job["spec"]["template"]["spec"]["containers"]
        assert "envFrom" not in container, name
        assert "serviceAccountName" not in job["spec"]["template"]["spec"], name
        assert container["command"][-1] == "migrate", name
