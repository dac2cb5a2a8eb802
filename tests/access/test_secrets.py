"""No service starts with a published secret where others can reach it: real processes, as they are really started."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from filiere.service import Service, installed_services

ROOT = Path(__file__).parents[2]
OURS = ("DATABASE_", "KAFKA_", "OIDC_", "SESSION_", "FILIERE_", "PUBLIC_URL", "HOME_URL", "HOST", "PORT")


def run(service: Service, command: str, tmp_path: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return subprocess.run(
        [sys.executable, "-m", service.name, command],
        cwd=tmp_path,
        env={**clean, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refused(done: "subprocess.CompletedProcess[str]", begins: str) -> None:
    assert done.returncode == 1
    assert done.stderr.startswith(begins), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "openssl rand" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
@pytest.mark.parametrize("service", installed_services(), ids=lambda one: one.name)
def test_an_api_that_others_can_reach_does_not_start_with_the_default_secret(service: Service, tmp_path: Path) -> None:
    refused(run(service, "api", tmp_path, PUBLIC_URL="https://filiere.example"), "SESSION_SECRET ")


@pytest.mark.slow
def test_neither_with_what_can_be_guessed_nor_with_the_default_client(tmp_path: Path) -> None:
    service, *_ = installed_services()
    weak = run(service, "api", tmp_path, HOST="0.0.0.0", SESSION_SECRET="change me " * 4)
    refused(weak, "SESSION_SECRET can be guessed")
    good = {"SESSION_SECRET": secrets.token_urlsafe(48), "OIDC_ISSUER": "https://identity.example"}
    refused(run(service, "api", tmp_path, **good), "OIDC_CLIENT_SECRET is a published default")


@pytest.mark.slow
@pytest.mark.parametrize("command", ["worker", "migrate"])
def test_nothing_of_ours_uses_a_published_password(command: str, tmp_path: Path) -> None:
    *_, service = installed_services()
    url = f"postgresql://{service.name}:demo-{service.name}@postgres/{service.name}"
    done = run(service, command, tmp_path, COLLECT_URL="https://collecte.example", DATABASE_URL=url)
    refused(done, "DATABASE_URL holds a password that is a published default")
    assert url not in done.stderr
