"""Who may speak to whom: network policies, ingress, what Prometheus reads."""

from ipaddress import ip_network

import pytest
import yaml

from deploy.helm.tests.charts import APPLICATIONS, CHART, Object, named, pods, rendered
from deploy.helm.tests.tools import ROOT


def selects(policy: Object, labels: dict[str, str]) -> bool:
    selector = policy["spec"]["podSelector"]
    if not selector["matchLabels"].items() <= labels.items():
        return False
    return all(labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", []))


def allowed(objects: list[Object], labels: dict[str, str], direction: str) -> dict[int, list[Object]]:
    """Peers by port that a pod with these labels may reach, or be reached by; an empty list is anybody."""
    found: dict[int, list[Object]] = {}
    for policy in named(objects, "NetworkPolicy").values():
        if selects(policy, labels):
            for rule in policy["spec"].get(direction, []):
                for port in rule["ports"]:
                    found.setdefault(port["port"], []).extend(rule.get("to", rule.get("from", [])))
    return found


@pytest.mark.parametrize("values", APPLICATIONS)
def test_nothing_goes_in_or_out_unless_a_policy_says_so(values: str) -> None:
    objects = rendered(values)
    closed = [
        policy
        for policy in named(objects, "NetworkPolicy").values()
        if set(policy["spec"]["policyTypes"]) == {"Ingress", "Egress"}
        and not policy["spec"].get("ingress")
        and not policy["spec"].get("egress")
    ]
    for name, template in pods(objects):
        assert any(selects(policy, template["metadata"]["labels"]) for policy in closed), name


@pytest.mark.parametrize("values", APPLICATIONS)
def test_each_component_reaches_what_it_needs_and_no_more(values: str) -> None:
    objects = rendered(values)
    broker = {9094} if values == "external" else {9092, 9093}
    provider = {8080, 8443} if values == "external" else {443}
    traces = {4317, 4318} if values == "everything" else set()
    mail, files = ({587}, {443}) if values == "everything" else (set(), set())
    wanted = {
        "api": {53, 5432} | provider | traces | files,
        "worker": {53, 5432} | broker | traces | mail | files,
        "migrate": {53, 5432},
    }
    watched = {8000, 9000} if values == "everything" else set()
    for name, template in pods(objects):
        labels = template["metadata"]["labels"]
        component = labels["app.kubernetes.io/component"]
        assert set(allowed(objects, labels, "egress")) == wanted[component], name
        reached = {"api": {8000} | watched, "worker": watched, "migrate": set()}
        assert set(allowed(objects, labels, "ingress")) == reached[component], name


def test_engines_of_operators_are_named_as_peers() -> None:
    objects = rendered("everything")
    labels = named(objects, "Deployment")["filiere-collect-worker"]["spec"]["template"]["metadata"]["labels"]
    open_to = allowed(objects, labels, "egress")
    assert open_to[5432] == [{"podSelector": {"matchLabels": {"cnpg.io/cluster": "filiere-postgresql"}}}]
    assert open_to[9093] == [{"podSelector": {"matchLabels": {"strimzi.io/cluster": "filiere-kafka"}}}]


def test_each_service_has_its_host_and_is_told_of_it() -> None:
    objects = rendered("everything")
    (ingress,) = named(objects, "Ingress").values()
    (tls,) = ingress["spec"]["tls"]
    for rule in ingress["spec"]["rules"]:
        backend = rule["http"]["paths"][-1]["backend"]["service"]
        service = backend["name"].removeprefix("filiere-").removesuffix("-api")
        settings = named(objects, "ConfigMap")[f"filiere-{service}"]["data"]
        assert settings["PUBLIC_URL"] == settings[f"{service.upper()}_URL"] == f"https://{rule['host']}"
        assert rule["host"] in tls["hosts"]
        assert backend["name"] in named(objects, "Service")


def test_one_host_serves_all_under_their_paths_and_they_are_told_of_it() -> None:
    objects = rendered("path")
    (ingress,) = named(objects, "Ingress").values()
    (rule,) = ingress["spec"]["rules"]
    assert rule["host"] == "filiere.example.org"
    leads = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    for service in ("collect", "refurbish", "distribute"):
        assert leads[f"/{service}"] == f"filiere-{service}-api"
        assert leads[f"/{service}/metrics"] == "filiere-closed"
        told = named(objects, "ConfigMap")[f"filiere-{service}"]["data"]
        # filiere.web serves under the path of PUBLIC_URL, so the ingress must not take it off.
        assert told["PUBLIC_URL"] == f"https://filiere.example.org/{service}"
    assert not any("rewrite" in name for name in ingress["metadata"]["annotations"])
    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"] == "20m"


def test_the_ingress_and_nobody_of_the_internet_says_who_asks() -> None:
    for values in ("everything", "minimal", "path"):
        for settings in named(rendered(values), "ConfigMap").values():
            if "FORWARDED_ALLOW_IPS" not in settings["data"]:
                continue
            networks = [ip_network(one) for one in settings["data"]["FORWARDED_ALLOW_IPS"].split(",")]
            assert networks
            assert not any(one.is_global for one in networks)


def test_metrics_and_probes_are_closed_at_the_door() -> None:
    objects = rendered("everything")
    (ingress,) = named(objects, "Ingress").values()
    nobody = named(objects, "Service")["filiere-closed"]["spec"]["selector"]
    for _, template in pods(objects):
        assert not nobody.items() <= template["metadata"]["labels"].items()
    for rule in ingress["spec"]["rules"]:
        closed = [
            path["path"] for path in rule["http"]["paths"] if path["backend"]["service"]["name"] == "filiere-closed"
        ]
        assert closed == ["/metrics", "/health"]


def test_prometheus_finds_every_api_and_every_worker() -> None:
    objects = rendered("everything")
    found = set()
    for monitor in named(objects, "ServiceMonitor").values():
        assert monitor["metadata"]["labels"]["release"] == "prometheus"
        for name, service in named(objects, "Service").items():
            if monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items():
                ports = {port["name"] for port in service["spec"]["ports"]}
                assert {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]} <= ports
                found.add(name)
    assert found == set(named(objects, "Deployment"))


def test_targets_have_the_labels_that_rules_and_dashboards_use() -> None:
    for monitor in named(rendered("everything"), "ServiceMonitor").values():
        for endpoint in monitor["spec"]["endpoints"]:
            assert [rule["targetLabel"] for rule in endpoint["relabelings"]] == ["job", "service", "part"]


def test_the_alert_rules_are_those_of_the_observability_folder() -> None:
    alerts = ROOT / "deploy" / "observability" / "prometheus" / "alerts.yaml"
    assert (CHART / "files" / "alerts.yaml").resolve() == alerts
    (rules,) = named(rendered("everything"), "PrometheusRule").values()
    assert rules["spec"] == yaml.safe_load(alerts.read_text())
    assert rules["metadata"]["labels"]["release"] == "prometheus"


@pytest.mark.parametrize("values", APPLICATIONS)
def test_every_service_leads_to_the_pods_of_its_deployment(values: str) -> None:
    objects = rendered(values)
    for name, service in named(objects, "Service").items():
        if name.endswith("-closed"):
            continue
        template = named(objects, "Deployment")[name]["spec"]["template"]
        assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
        (container,) = template["spec"]["containers"]
        assert {port["targetPort"] for port in service["spec"]["ports"]} == {
            port["name"] for port in container["ports"]
        }
