"""Dashboards as code: what they ask for exists, is PromQL, and does not overlap."""

import json
import shutil
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.observability.documents import FOLDER, unknown_metrics

DASHBOARDS = sorted((FOLDER / "grafana" / "dashboards").glob("*.json"))


def panels(file: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(file.read_text())["panels"]
    return found


def expressions(file: Path) -> list[str]:
    return [target["expr"] for panel in panels(file) for target in panel["targets"]]


def test_there_is_one_for_everybody_and_one_for_the_backbone() -> None:
    titles = [json.loads(file.read_text())["title"] for file in DASHBOARDS]
    assert titles == ["Filière – échanges entre services", "Filière – vue d'ensemble"]


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_every_panel_asks_for_metrics_that_exist_and_explains_itself(file: Path) -> None:
    assert {name for expression in expressions(file) for name in unknown_metrics(expression)} == set()
    assert [panel["title"] for panel in panels(file) if not panel["description"]] == []
    assert len({panel["id"] for panel in panels(file)}) == len(panels(file))


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_no_panel_lies_over_another(file: Path) -> None:
    def apart(a: dict[str, int], b: dict[str, int]) -> bool:
        return (
            a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
            or a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        )  # fmt: skip

    places = [panel["gridPos"] for panel in panels(file)]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert all(apart(a, b) for a, b in combinations(places, 2))


@pytest.mark.parametrize("file", DASHBOARDS, ids=lambda file: file.stem)
def test_prometheus_can_read_every_query(file: Path, tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool here (Debian: apt install prometheus)")
    # promtool reads rules: each query becomes one that records it, with Grafana's variables filled in.
    filled = [text.replace("$__rate_interval", "1m").replace("$service", ".+") for text in expressions(file)]
    rules = [{"record": f"query_{number}", "expr": text} for number, text in enumerate(filled)]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    ran = subprocess.run(["promtool", "check", "rules", tmp_path / "rules.yaml"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_data_sources_of_the_panels_are_provisioned() -> None:
    provisioned = yaml.safe_load((FOLDER / "grafana" / "provisioning" / "datasources" / "filiere.yaml").read_text())
    known = {source["uid"] for source in provisioned["datasources"]}
    assert {panel["datasource"]["uid"] for file in DASHBOARDS for panel in panels(file)} <= known
