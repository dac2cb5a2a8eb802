"""What the containers are told: settings that exist, in forms that Filière reads, and no secret."""

import re
from typing import Any

import pytest
import yaml
from filiere.exposure import Guessable, refuse_guessable
from filiere.service import installed_services
from filiere.settings import Settings
from pydantic import SecretStr

from deploy.helm.tests.charts import APPLICATIONS, CHART, SETS, Refused, containers, named, rendered

# Not a setting: the password that DATABASE_URL is put together with.
HELPERS = {"DATABASE_PASSWORD"}
OWN_SECRETS = {name.upper() for one in installed_services() for name in one.secrets}
SECRETS = OWN_SECRETS | {
    name.upper() for name, field in Settings.model_fields.items() if SecretStr.__name__ in str(field.annotation)
}


@pytest.mark.parametrize("values", APPLICATIONS)
def test_every_name_is_one_of_our_settings(values: str) -> None:
    known = {name.upper() for name in Settings.model_fields}
    for name, settings in named(rendered(values), "ConfigMap").items():
        assert set(settings["data"]) <= known, name
    for name, container in containers(rendered(values)):
        assert {variable["name"] for variable in container["env"]} <= known | OWN_SECRETS | HELPERS, name


@pytest.mark.parametrize("values", APPLICATIONS)
def test_filiere_reads_every_value(values: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for settings in named(rendered(values), "ConfigMap").values():
        with monkeypatch.context() as environment:
            for name, value in settings["data"].items():
                environment.setenv(name, value)
            read = Settings(_env_file=None)
        assert read.kafka_profile == "kafka"
        assert read.host == "0.0.0.0"
        assert read.consumer_groups is True


@pytest.mark.parametrize("values", APPLICATIONS)
def test_a_pod_with_a_published_secret_refuses_to_start(values: str) -> None:
    """A pod is always reached from outside: it listens on all addresses."""
    good = "PM7vJ2cLkq9xTzR4wYb8nHs6dGf3AaEe5uXo1iQt"
    for settings in named(rendered(values), "ConfigMap").values():
        told = {name.lower(): value for name, value in settings["data"].items()}
        for weak in ({}, {"session_secret": "short"}, {"session_secret": good}, {"oidc_client_secret": good}):
            read = Settings(_env_file=None, **{**told, **weak})
            with pytest.raises(Guessable):
                refuse_guessable(read, "session_secret", "oidc_client_secret", "database_url")
        weak_database = {"database_url": "postgresql://collect:demo-collect@pg/collect"}
        with pytest.raises(Guessable):
            refuse_guessable(Settings(_env_file=None, **{**told, **weak_database}), "database_url")
        strong = {"session_secret": good, "oidc_client_secret": good}
        refuse_guessable(Settings(_env_file=None, **{**told, **strong}), "session_secret", "oidc_client_secret")


@pytest.mark.parametrize("values", APPLICATIONS)
def test_an_api_takes_both_of_its_secrets_from_one_that_must_exist(values: str) -> None:
    for name, container in containers(rendered(values)):
        if container["name"] == "api":
            sources = {one["name"]: one.get("valueFrom", {}).get("secretKeyRef", {}) for one in container["env"]}
            for secret in ("SESSION_SECRET", "OIDC_CLIENT_SECRET"):
                assert sources[secret], name
                assert not sources[secret].get("optional"), name


@pytest.mark.parametrize("values", SETS)
def test_no_secret_is_written_down(values: str) -> None:
    assert {"DATABASE_URL", "SESSION_SECRET", "OIDC_CLIENT_SECRET", "KAFKA_PASSWORD"} <= SECRETS
    objects = rendered(values)
    assert named(objects, "Secret") == {}
    for settings in named(objects, "ConfigMap").values():
        assert not SECRETS & set(settings["data"])
    for name, container in containers(objects):
        for variable in container["env"]:
            if "value" in variable:
                # Only the address that names another variable for its password.
                assert variable["name"] == "DATABASE_URL", name
                assert ":$(DATABASE_PASSWORD)@" in variable["value"], name
            else:
                assert set(variable["valueFrom"]) == {"secretKeyRef"}, name


@pytest.mark.parametrize("values", APPLICATIONS)
def test_each_component_gets_only_the_secrets_it_uses(values: str) -> None:
    wanted = {
        "api": {"SESSION_SECRET", "OIDC_CLIENT_SECRET"},
        "worker": {"KAFKA_PASSWORD", "SMTP_PASSWORD"},
        "migrate": set(),
    }
    of_service = {f"-{one.name}-api": {name.upper() for name in one.secrets} for one in installed_services()}
    for name, container in containers(rendered(values)):
        own = next((names for end, names in of_service.items() if name.endswith(end)), set())
        got = {variable["name"] for variable in container["env"]} - {"DATABASE_URL", *HELPERS}
        assert got - own <= wanted[container["name"]], name
        assert own <= got, name


def test_a_secret_of_one_service_alone_cannot_be_a_plain_value() -> None:
    told = [f"services.{one.name}.settings.{name.upper()}=seen" for one in installed_services() for name in one.secrets]
    assert told
    for change in told:
        with pytest.raises(Refused):
            rendered("minimal", change)


def test_a_password_is_defined_before_the_address_that_uses_it() -> None:
    for name, container in containers(rendered("everything")):
        order = [variable["name"] for variable in container["env"]]
        assert order.index("DATABASE_PASSWORD") < order.index("DATABASE_URL"), name


def test_the_user_of_the_broker_is_the_one_whose_password_is_mounted() -> None:
    objects = rendered("everything")
    for name, deployment in named(objects, "Deployment").items():
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        password = [one["valueFrom"]["secretKeyRef"] for one in container["env"] if one["name"] == "KAFKA_PASSWORD"]
        settings = named(objects, "ConfigMap")[container["envFrom"][0]["configMapRef"]["name"]]["data"]
        assert settings["KAFKA_USERNAME"] in named(objects, "KafkaUser")
        if container["name"] == "worker":
            assert password == [{"name": settings["KAFKA_USERNAME"], "key": "password"}], name
            paths = [f"{mount['mountPath']}/ca.crt" for mount in container["volumeMounts"]]
            assert settings["KAFKA_CA_FILE"] in paths, name


def test_what_the_chart_works_out_cannot_be_said_twice() -> None:
    """Names in the ConfigMap template are those that values.schema.json refuses under `settings`."""
    template = (CHART / "templates" / "configmap.yaml").read_text()
    written = set(re.findall(r"^  ([A-Z][A-Z0-9_]*):", template, re.MULTILINE))
    written |= {f"{service.upper()}_URL" for service in ("collect", "refurbish", "distribute")}
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    refused = set(schema["definitions"]["settings"]["propertyNames"]["not"]["enum"])
    # REACHED_ON would say that a pod is reached by its own machine alone, and default secrets would be taken.
    secrets = {"DATABASE_URL", "SESSION_SECRET", "OIDC_CLIENT_SECRET", "KAFKA_PASSWORD", "SMTP_PASSWORD"}
    assert refused == written | secrets | OWN_SECRETS | {"REACHED_ON"}


def test_every_value_has_its_place_in_the_schema_and_the_other_way_round() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())

    def walk(part: dict[str, Any], value: object, path: str) -> list[str]:
        while "$ref" in part:
            part = schema["definitions"][part["$ref"].rpartition("/")[2]]
        if "properties" not in part or not isinstance(value, dict):
            return []
        optional = {".global"} | {f"{path}.{name}" for name in part["properties"] if path.startswith(".services.")}
        missing = [f"{path}.{name}" for name in part["properties"] if name not in value]
        inner = [walk(part["properties"][name], value[name], f"{path}.{name}") for name in value]
        return [name for name in missing if name not in optional] + [name for found in inner for name in found]

    assert walk(schema, values, "") == []
