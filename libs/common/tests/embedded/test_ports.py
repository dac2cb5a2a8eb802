"""Ports: free ones are free, taken ones are named with the setting to change."""

import socket

import pytest
from filiere.embedded.ports import PortTaken, free_ports, is_taken, require_free


def test_free_ports_are_free_and_different() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert not any(is_taken(port) for port in ports)


def test_no_connection_takes_a_free_port_before_its_server_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert max(free_ports(20)) < client.getsockname()[1]


@pytest.mark.parametrize(("locale", "words"), [("fr_FR.UTF-8", "est déjà pris"), ("en_GB.UTF-8", "already taken")])
def test_a_taken_port_names_the_setting_to_change(monkeypatch: pytest.MonkeyPatch, locale: str, words: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match=words) as refusal:
            require_free([(port, "FILIERE_COLLECT_PORT", "Collecte")])
    assert "FILIERE_COLLECT_PORT" in str(refusal.value)
    assert str(port) in str(refusal.value)
