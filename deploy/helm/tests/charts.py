"""The chart as Helm renders it."""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.helm.tests import tools

CHART = Path(__file__).parents[1] / "filiere"
VALUES = Path(__file__).parent / "values"
# Every set of values that the checks go through.
SETS = sorted(file.stem for file in VALUES.glob("*.yaml"))
APPLICATIONS = [name for name in SETS if name != "engines"]
WORKLOADS = ("Deployment", "Job")
# The oldest that Chart.yaml accepts, and the newest whose schemas we have.
KUBERNETES = ("1.30.0", "1.37.0")

Object = dict[str, Any]


class Refused(Exception):
    """Helm's own words about values that the chart does not take."""


def helm(*arguments: str | Path) -> str:
    """Run Helm. Raises Refused."""
    program = tools.helm()
    assert program is not None
    done = subprocess.run([str(program), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refused(done.stderr)
    return done.stdout


@cache
def rendered(name: str, *changes: str, kubernetes: str = KUBERNETES[-1], release: str = "filiere") -> list[Object]:
    """The objects of one set of values, with further `--set` changes."""
    arguments: list[str | Path] = ["template", release, CHART, "--namespace", "reuse", "--kube-version", kubernetes]
    arguments += ["--values", VALUES / f"{name}.yaml"]
    for change in changes:
        arguments += ["--set-json" if change.endswith(("]", "}")) else "--set", change]
    return [found for found in yaml.safe_load_all(helm(*arguments)) if found]


def named(objects: list[Object], kind: str) -> dict[str, Object]:
    """The objects of one kind, by name."""
    return {found["metadata"]["name"]: found for found in objects if found["kind"] == kind}


def pods(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    """(kind/name, pod template) of everything that makes pods."""
    for found in objects:
        if found["kind"] in WORKLOADS:
            yield f"{found['kind']}/{found['metadata']['name']}", found["spec"]["template"]


def containers(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    for name, template in pods(objects):
        for container in [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]:
            yield name, container
