"""Alert rules: each has its paragraph, speaks of metrics that exist, and fires when it should."""

import re
import shutil
import subprocess

import pytest

from tests.observability.documents import FOLDER, OPERATIONS, alerts, unknown_metrics

PROMETHEUS = FOLDER / "prometheus"
ALERTS = OPERATIONS.partition("\n## Alerts\n")[2].partition("\n## ")[0]


def test_every_alert_has_a_paragraph_and_every_paragraph_an_alert() -> None:
    assert re.findall(r"^\*\*(\w+)\*\*", ALERTS, re.M) == [rule["alert"] for rule in alerts()]


def test_every_paragraph_says_what_to_do() -> None:
    paragraphs = [text for text in ALERTS.split("\n\n") if text.startswith("**")]
    assert [text[:40] for text in paragraphs if "`" not in text.partition("** – ")[2]] == [], "no command, no metric"


@pytest.mark.parametrize("rule", alerts(), ids=lambda rule: rule["alert"])
def test_an_alert_speaks_of_metrics_that_exist_and_says_how_urgent_it_is(rule: dict) -> None:  # type: ignore[type-arg]
    assert unknown_metrics(rule["expr"]) == set()
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"]


def test_a_metric_that_nobody_exports_would_be_noticed() -> None:
    assert unknown_metrics("rate(filiere_outbox_dept[5m])") == {"filiere_outbox_dept"}


@pytest.mark.parametrize("command", [("check", "rules", "alerts.yaml"), ("test", "rules", "alerts_test.yaml")])
def test_prometheus_itself_agrees(command: tuple[str, ...]) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("no promtool here (Debian: apt install prometheus)")
    ran = subprocess.run(["promtool", *command], cwd=PROMETHEUS, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
