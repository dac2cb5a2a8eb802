"""The installed services and their committed contracts, as the tests here look at them."""

import json
from pathlib import Path
from typing import Any

from filiere.contracts import Network
from filiere.service import installed_services

FOLDER = Path(__file__).parents[2] / "contracts"
NETWORK = Network(installed_services())
EVENTS = list(NETWORK.events.values())
READINGS = [(service, type_, model) for type_ in NETWORK.events for service, model in NETWORK.readers(type_)]


def committed(kind: str, type_: str) -> dict[str, Any]:
    """A committed file: `schemas` or `examples` of one event type."""
    suffix = ".schema.json" if kind == "schemas" else ".json"
    found: dict[str, Any] = json.loads((FOLDER / kind / f"{type_}{suffix}").read_text())
    return found
