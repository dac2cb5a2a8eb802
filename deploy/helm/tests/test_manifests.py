"""What Helm renders is what Kubernetes and the operators take."""

import pytest

from deploy.helm.tests import charts, schemas, tools
from deploy.helm.tests.charts import CHART, KUBERNETES, SETS, VALUES, Refused, helm, rendered


@pytest.mark.parametrize("kubernetes", KUBERNETES)
@pytest.mark.parametrize("values", SETS)
def test_every_object_is_valid(values: str, kubernetes: str) -> None:
    if tools.schemas() is None:
        pytest.skip("NO SCHEMAS OF KUBERNETES: they come from PyPI")
    wrong, unknown = [], set()
    for found in rendered(values, kubernetes=kubernetes):
        said = schemas.faults(found, kubernetes)
        name = f"{found['kind']}/{found['metadata']['name']}"
        if said is None:
            unknown.add(found["kind"])
        wrong += [f"{name} {sentence}" for sentence in said or []]
    assert wrong == []
    if unknown:
        pytest.skip(f"NO DEFINITION of {', '.join(sorted(unknown))}: those objects were not looked at")


def test_a_wrong_field_would_be_found() -> None:
    if tools.schemas() is None:
        pytest.skip("NO SCHEMAS OF KUBERNETES: they come from PyPI")
    found = rendered("minimal")
    deployment = next(iter(charts.named(found, "Deployment").values()))
    spoilt = {**deployment, "spec": {**deployment["spec"], "replica": 2}}
    assert "replica" in str(schemas.faults(spoilt, KUBERNETES[-1]))


def test_a_wrong_field_of_a_custom_resource_would_be_found() -> None:
    if not tools.definitions():
        pytest.skip("NO DEFINITIONS of custom resources")
    topic = next(iter(charts.named(rendered("everything"), "KafkaTopic").values()))
    spoilt = {**topic, "spec": {**topic["spec"], "partition": 2}}
    assert "partition" in str(schemas.faults(spoilt, KUBERNETES[-1]))


@pytest.mark.parametrize("values", SETS)
def test_helm_finds_nothing_to_complain_of(values: str) -> None:
    helm("lint", "--strict", CHART, "--values", VALUES / f"{values}.yaml", "--kube-version", KUBERNETES[-1])


@pytest.mark.parametrize("values", SETS)
def test_no_two_objects_share_a_name(values: str) -> None:
    seen = [(found["apiVersion"], found["kind"], found["metadata"]["name"]) for found in rendered(values)]
    assert sorted(seen) == sorted(set(seen))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("oidc.issuer=", "identity provider"),
        ("kafka.bootstrapServers=", "bootstrapServers is empty"),
        ("apii.replicas=3", "apii"),
        ("settings.DATABASE_URL=postgresql://me:secret@db/collect", "DATABASE_URL"),
        ("settings.KAFKA_PROFILE=embedded", "KAFKA_PROFILE"),
        ("worker.replicas=0", "replicas"),
        ("services.repair.host=x", "repair"),
    ],
)
def test_values_that_cannot_work_are_refused_in_words(change: str, word: str) -> None:
    with pytest.raises(Refused, match=word):
        rendered("minimal", change)


def test_a_package_holds_what_the_folder_refers_to(tmp_path: object) -> None:
    helm("package", CHART, "--destination", str(tmp_path))
    packed = helm("template", "filiere", f"{tmp_path}/filiere-0.1.0.tgz", "--values", VALUES / "everything.yaml",
                  "--namespace", "reuse", "--kube-version", KUBERNETES[-1])  # fmt: skip
    unpacked = helm("template", "filiere", CHART, "--values", VALUES / "everything.yaml",
                    "--namespace", "reuse", "--kube-version", KUBERNETES[-1])  # fmt: skip
    assert packed == unpacked
