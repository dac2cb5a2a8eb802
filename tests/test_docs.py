"""The documents name what exists: metrics, settings, files, decisions."""

import re
from pathlib import Path
from typing import get_args

import pytest
from filiere.service import installed_services
from filiere.telemetry.metrics import MetricName
from stack.settings import StackSettings

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
DECISIONS = ROOT / "docs" / "decisions"


@pytest.mark.parametrize("metric", get_args(MetricName))
def test_every_metric_has_its_paragraph(metric: str) -> None:
    assert f"`{metric}`" in OPERATIONS


def test_every_setting_that_operators_are_told_of_exists() -> None:
    known = {name.upper() for service in installed_services() for name in service.settings.model_fields}
    known |= {"FILIERE_CRASH_AT"}
    known |= {f"AWS_{name}" for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "REGION", "ENDPOINT")}  # of any S3
    known |= {f"FILIERE_{name.upper()}" for name in StackSettings.model_fields}
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)\b", OPERATIONS))
    assert named <= known, named - known


DOCUMENTS = [
    str(file.relative_to(ROOT))
    for pattern in ("*.md", "docs/*.md", "docs/decisions/README.md", "services/*/README.md", "*/*/README.md")
    for file in sorted(ROOT.glob(pattern))
]


@pytest.mark.parametrize("document", sorted(set(DOCUMENTS)))
def test_every_link_of_a_document_leads_to_a_file(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_decision_is_in_the_index() -> None:
    index = (DECISIONS / "README.md").read_text()
    assert [file.name for file in DECISIONS.glob("0*.md") if file.name not in index] == []


def test_every_command_of_the_readme_is_a_target() -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text() + CONTRIBUTING + OPERATIONS))
    assert named <= targets, named - targets


def test_every_file_that_the_security_page_names_is_there() -> None:
    named = re.findall(r"`((?:tests|services|contracts)/[^`]*)`", (ROOT / "SECURITY.md").read_text())
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("service", ["collect", "refurbish", "distribute"])
def test_every_slice_has_its_line_in_the_readme(service: str) -> None:
    readme = (ROOT / "services" / service / "README.md").read_text()
    source = ROOT / "services" / service / "src" / service
    slices = {file.parent.name for file in source.glob("*/__init__.py")}
    assert len(slices) > 5
    assert {name for name in slices if f"| `{name}` |" not in readme} == set()


def test_every_package_of_the_shared_library_has_its_line_in_the_readme() -> None:
    readme = (ROOT / "libs" / "common" / "README.md").read_text()
    packages = {file.parent.name for file in (ROOT / "libs/common/src/filiere").glob("*/__init__.py")}
    assert {name for name in packages if f"`{name}`" not in readme} == set()
