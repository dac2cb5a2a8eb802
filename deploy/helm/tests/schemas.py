"""Validators: Kubernetes' JSON schemas and the operators' definitions of their resources. Unknown fields are errors."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from referencing import Registry, Resource

from deploy.helm.tests import tools
from deploy.helm.tests.charts import Object


def faults(found: Object, kubernetes: str) -> list[str] | None:
    """What is wrong with an object, one sentence each; None when there is no schema for it."""
    group, _, version = found["apiVersion"].rpartition("/")
    own = _definitions().get((found["kind"], group, version))
    if own is not None:
        return list(_sentences(own(found)))
    folder = tools.schemas()
    if folder is None or (group.count(".") and not group.endswith(".k8s.io")):
        return None
    short = "-".join(filter(None, [found["kind"].lower(), group.partition(".")[0], version]))
    file = folder / f"v{kubernetes}-local-strict" / f"{short}.json"
    if not file.exists():
        return [f"Kubernetes {kubernetes} has no {found['apiVersion']} {found['kind']}"]
    return list(_sentences(_builtin(file)(found)))


Validate = Callable[[Object], Iterator[jsonschema.ValidationError]]


@cache
def _builtin(file: Path) -> Validate:
    shared = Resource.from_contents(json.loads((file.parent / "_definitions.json").read_text()))
    registry: Registry[Any] = shared @ Registry()
    return jsonschema.Draft202012Validator(json.loads(file.read_text()), registry=registry).iter_errors


@cache
def _definitions() -> dict[tuple[str, str, str], Validate]:
    """By kind, group and version, of every custom resource whose definition is there."""
    found: dict[tuple[str, str, str], Validate] = {}
    for file in tools.definitions():
        definition = yaml.safe_load(file.read_text())["spec"]
        for version in definition["versions"]:
            schema = _strict(version["schema"]["openAPIV3Schema"], top=True)
            key = definition["names"]["kind"], definition["group"], version["name"]
            found[key] = jsonschema.Draft4Validator(schema).iter_errors
    return found


def _strict(schema: Any, *, top: bool = False) -> Any:
    """The same schema, refusing fields it does not name, where a server would drop them silently."""
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items() if key != "properties"}
    if "properties" in schema:
        made["properties"] = {name: _strict(value) for name, value in schema["properties"].items()}
        if not schema.get("x-kubernetes-preserve-unknown-fields") and "additionalProperties" not in schema:
            made["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
    if top:
        made["properties"].pop("metadata", None)
        made["properties"]["metadata"] = {"type": "object"}
    return made


def _sentences(errors: Iterator[jsonschema.ValidationError]) -> Iterator[str]:
    for error in errors:
        yield f"{'.'.join(map(str, error.absolute_path)) or '(whole)'}: {error.message[:300]}"
