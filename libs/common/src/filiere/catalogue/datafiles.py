"""Versioned data files: where they are, what each must say of itself, which one is in force on a day.

Every file under `data/` opens with `name`, `version`, `valid_from` and `source`. A file is never edited once a device
was graded or priced by it: a new version is a new file with a later `valid_from`.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from filiere import safe_yaml
from filiere.catalogue.errors import BrokenDataFile, NothingInForce

DATA = Path(__file__).parent / "data"


class DataModel(BaseModel):
    """A part of a data file: unknown keys are spelling mistakes, and refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Versioned(DataModel):
    """What every data file says of itself."""

    name: str = Field(pattern=r"^[a-z0-9_]+$", description="equal to the file's name, without its extension")
    version: int = Field(ge=1)
    valid_from: date = Field(description="first day on which this version applies")
    source: list[str] = Field(min_length=1, description="where the figures come from; our own choices say so")


AnyFile = TypeVar("AnyFile", bound=Versioned)


def load_file(model: type[AnyFile], path: Path) -> AnyFile:
    """Read and validate one file. Raises BrokenDataFile, which names the file and each place that is wrong."""
    try:
        content = safe_yaml.read(path.read_text(encoding="utf-8"))
        loaded = model.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BrokenDataFile(f"{path.name} : lecture impossible ({error}).") from error
    except ValidationError as error:
        places = "\n".join(f"  - {_place(details)} : {details['msg']}" for details in error.errors())
        raise BrokenDataFile(f"{path.name} n'est pas conforme :\n{places}") from error
    if loaded.name != path.stem:
        raise BrokenDataFile(f"{path.name} se nomme « {loaded.name} » : le nom doit être celui du fichier.")
    return loaded


def load_all(model: type[AnyFile], pattern: str, directory: Path = DATA) -> dict[str, AnyFile]:
    """Read every file of a kind, by name, earliest first. Raises BrokenDataFile, also when there is none."""
    loaded = [load_file(model, path) for path in sorted(directory.glob(pattern))]
    if not loaded:
        raise BrokenDataFile(f"Aucun fichier {pattern} dans le catalogue.")
    return {one.name: one for one in sorted(loaded, key=lambda one: (one.valid_from, one.version))}


def in_force(versions: Iterable[AnyFile], on: date, what: str) -> AnyFile:
    """Return the latest version whose `valid_from` is not after the day. Raises NothingInForce."""
    started = [one for one in versions if one.valid_from <= on]
    if not started:
        raise NothingInForce(what, on)
    return max(started, key=lambda one: (one.valid_from, one.version))


def _place(details: Mapping[str, Any]) -> str:
    return " → ".join(str(part) for part in details["loc"]) or "fichier"
