"""Where a running stack's databases are: left in its data folder for whoever audits it or backs it up."""

import json
from collections.abc import Mapping
from pathlib import Path

_DATABASES_FILE = "databases.json"


def remember_databases(folder: Path, databases: Mapping[str, str]) -> None:
    """Leave the addresses (they hold a password: for our eyes only) for `python -m stack audit`."""
    file = folder / _DATABASES_FILE
    file.touch(mode=0o600)
    file.write_text(json.dumps(dict(databases)))


def forget_databases(folder: Path) -> None:
    """The stack has stopped: its addresses lead nowhere."""
    (folder / _DATABASES_FILE).unlink(missing_ok=True)


def databases_of(folder: Path) -> dict[str, str]:
    """The addresses a stack left; empty when none runs."""
    file = folder / _DATABASES_FILE
    return dict(json.loads(file.read_text())) if file.exists() else {}
