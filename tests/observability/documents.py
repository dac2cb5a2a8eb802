"""What docs/operations.md and deploy/observability say, as data."""

import re
from pathlib import Path
from typing import Any

import yaml
from filiere.telemetry.metrics import Part

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
FOLDER = ROOT / "deploy" / "observability"
_ROW = re.compile(r"^\| `(filiere_\w+)` \| (both|api|worker) \|([^|]*)\|", re.M)
# What Prometheus itself adds to each scrape, and what prometheus_client says of the process.
_GIVEN = ("up", "process_", "python_")


def documented(part: Part) -> dict[str, set[str]]:
    """The labels of each metric that the table says a part exports."""
    return {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, where, labels in _ROW.findall(OPERATIONS)
        if where in ("both", part)
    }


def alerts() -> list[dict[str, Any]]:
    """The alert rules."""
    groups = yaml.safe_load((FOLDER / "prometheus" / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def unknown_metrics(expression: str) -> set[str]:
    """Names of an expression that look like a metric of ours, or of the process, and are not exported by anything."""
    names = set(re.findall(r"\b(?:filiere|process|python)_\w+", expression))
    known = documented(Part.API).keys() | documented(Part.WORKER).keys()
    return {
        name
        for name in names
        if name not in known and re.sub(r"_(bucket|sum|count)$", "", name) not in known and not name.startswith(_GIVEN)
    }
