"""Which secrets are refused once others can reach a service, and which addresses are this machine alone."""

import random
import string
from typing import Any

import pytest
from filiere.exposure import (
    ADDRESSES,
    KEY,
    PUBLISHED,
    Guessable,
    is_loopback,
    main,
    outside,
    refuse_guessable,
    weakness,
)
from filiere.settings import Settings
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

GOOD = "pL5mZ9vXq1sKd8fTw3yBhNc7gRjEa2uQ6oWiUxVt"


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("collect.localhost", True),
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        (None, False),
        ("192.168.1.20", False),
        ("filiere.example", False),
        ("localhost.example", False),
        ("notlocalhost", False),
        ("127.0.0.1.example", False),
    ],
)
def test_loopback_is_what_only_this_machine_reaches(host: str | None, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@given(st.text(), st.text())
def test_no_address_breaks_the_judgement(url: str, host: str) -> None:
    outside({"PUBLIC_URL": url}, {"HOST": host})


@pytest.mark.parametrize("name", ADDRESSES)
def test_any_address_beyond_this_machine_makes_the_default_a_refusal(name: str) -> None:
    refuse_guessable(settings(), "session_secret", "oidc_client_secret", "database_url")
    with pytest.raises(Guessable, match="SESSION_SECRET is a published default") as refused:
        refuse_guessable(settings(**{name: "https://collecte.example"}), "session_secret")
    said = str(refused.value)
    assert f"{name.upper()}=https://collecte.example" in said
    assert "openssl rand" in said
    assert "\n" not in said


def test_listening_for_everybody_does_too_unless_a_container_says_who_comes_in() -> None:
    with pytest.raises(Guessable, match=r"HOST=0\.0\.0\.0"):
        refuse_guessable(settings(host="0.0.0.0"), "session_secret")
    refuse_guessable(settings(host="0.0.0.0", reached_on="127.0.0.1"), "session_secret")
    with pytest.raises(Guessable, match=r"REACHED_ON=0\.0\.0\.0"):
        refuse_guessable(settings(reached_on="0.0.0.0"), "session_secret")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_secret", "x" * 400),
        ("session_secret", "0123456789abcdef" * 4),
        ("session_secret", "password" * 8),
        ("session_secret", GOOD[:31]),
        ("oidc_client_secret", "filiere"),
        ("oidc_client_secret", "filiere-embarque"),
        ("oidc_client_secret", ""),
        ("kafka_password", "changeme-changeme"),
        ("database_url", "postgresql://collect:demo-collect@postgres/collect"),
        ("database_url", "postgresql://collect:demo%2Dcollect@localhost/collect"),
        ("database_url", "postgresql://collect:collect@db.example/collect"),
    ],
)
def test_what_is_published_short_or_regular_is_refused(name: str, value: str) -> None:
    chosen = settings(public_url="https://collecte.example", **{name: value})
    with pytest.raises(Guessable) as refused:
        refuse_guessable(chosen, name)
    assert str(refused.value).startswith(f"{name.upper()} ")
    if value:
        assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("session_secret", GOOD),
        ("oidc_client_secret", "99d897a7830abcbddaca1f1d254ed481"),
        ("kafka_password", None),
        ("database_url", "postgresql://collect:0f1342744d2a6a98fba66823@db.example/collect"),
        ("database_url", "postgresql:///collect"),
        ("database_url", "postgresql://collect@db.example/collect?sslcert=mine"),
        ("database_url", "postgresql://user:password@localhost/collect"),  # only this machine can try it
    ],
)
def test_what_protects_is_taken(name: str, value: str | None) -> None:
    given = None if value is None else SecretStr(value)
    refuse_guessable(settings(public_url="https://collecte.example", **{name: given}), name)


@given(st.integers(), st.sampled_from([string.hexdigits[:16], string.ascii_letters + string.digits]))
def test_what_is_drawn_at_random_is_taken(seed: int, alphabet: str) -> None:
    assert weakness("".join(random.Random(seed).choices(alphabet, k=48)), KEY) is None


@given(st.text(min_size=1, max_size=8), st.integers(1, 200))
def test_however_often_a_short_text_is_repeated_it_is_refused(text: str, times: int) -> None:
    assert weakness(text * times, KEY) is not None


def test_everything_that_this_code_publishes_is_refused() -> None:
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, SecretStr) and name != "database_url":
            assert field.default.get_secret_value() in PUBLISHED


def test_the_guard_of_an_environment_names_the_variable() -> None:
    told = {"HOME_URL": "http://localhost:8080", "REACHED_ON": "127.0.0.1", "GRAFANA_PASSWORD": "demo-grafana"}
    assert main(told) is None
    said = main({**told, "REACHED_ON": "0.0.0.0"})
    assert said is not None
    assert said.startswith("GRAFANA_PASSWORD is a published default, and REACHED_ON=0.0.0.0")
    assert main({**told, "REACHED_ON": "0.0.0.0", "GRAFANA_PASSWORD": GOOD}) is None
