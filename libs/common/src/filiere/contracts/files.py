"""The generated files: what they should be, what they are, and how they differ."""

import difflib
import json
from pathlib import Path
from typing import Any

import yaml

from filiere.contracts.asyncapi import asyncapi_of
from filiere.contracts.network import Network
from filiere.contracts.schemas import example_of, schema_of
from filiere.contracts.topics import topics_of

Files = dict[str, str]  # text by path below the folder, in order

_HEADING = "# Generated from the services' declarations by `make contracts`; change those, not this file.\n"


def generate(network: Network) -> Files:
    """Every file of `contracts/`. The same declarations give the same bytes."""
    files = {
        "asyncapi.yaml": _yaml(asyncapi_of(network)),
        "topics.yaml": _yaml(topics_of(network)),
    }
    for type_, event in network.events.items():
        files[f"examples/{type_}.json"] = _json(example_of(event))
        files[f"schemas/{type_}.schema.json"] = _json(schema_of(event))
    return dict(sorted(files.items()))


def read(folder: Path) -> Files:
    """The files that are there now; none when the folder does not exist."""
    paths = [path for pattern in ("*.yaml", "*/*.json") for path in folder.glob(pattern)]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(paths)}


def write(folder: Path, files: Files) -> list[str]:
    """Make the folder hold exactly these files; returns the paths that changed."""
    present = read(folder)
    changed = [name for name in {**present, **files} if present.get(name) != files.get(name)]
    for name in changed:
        path = folder / name
        if name in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[name])
        else:
            path.unlink()
    return sorted(changed)


def drift(present: Files, wanted: Files) -> str:
    """A unified diff from what is there to what should be; empty when they agree."""
    return "".join(
        line
        for name in sorted({*present, *wanted})
        for line in difflib.unified_diff(
            present.get(name, "").splitlines(keepends=True),
            wanted.get(name, "").splitlines(keepends=True),
            f"contracts/{name}" if name in present else "/dev/null",
            f"contracts/{name} (generated)" if name in wanted else "/dev/null",
            n=2,
        )
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _yaml(value: Any) -> str:
    return _HEADING + yaml.dump(value, allow_unicode=True, sort_keys=False, width=120, Dumper=_Plain)


class _Plain(yaml.SafeDumper):
    """YAML without anchors: repeated values are written out."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
