"""The guides of a service, read once from its package."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from filiere import safe_yaml
from filiere.guides.guide import Guide

FOLDER = "guides"


class BrokenGuide(ValueError):
    """A guide that cannot be shown: said when the service starts, not when somebody needs help."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file.name}: {why}")


@cache
def read_guides(folder: Path) -> tuple[Guide, ...]:
    """Every guide of a folder in its order; none where there is no folder. Raises BrokenGuide."""
    guides = [_read(file) for file in sorted(folder.glob("*.yaml"))]
    return tuple(sorted(guides, key=lambda guide: (guide.order, guide.name)))


def _read(file: Path) -> Guide:
    try:
        found = safe_yaml.read(file.read_text(encoding="utf-8"))
        return Guide.model_validate({**found, "name": file.stem})
    except (yaml.YAMLError, TypeError) as broken:
        raise BrokenGuide(file, f"no mapping in YAML, {broken}") from broken
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BrokenGuide(file, f"{where}: {first['msg']}") from broken
