"""The kind of a disk from the model that it announces, where the tool says nothing of it.

Rules are data, by maker: data/disk_models.yaml. A model that no rule fits stays of unknown kind, and is wiped as flash.
"""

import re
from functools import cache, lru_cache

from pydantic import Field, model_validator

from filiere.catalogue.datafiles import DATA, DataModel, Versioned, load_file
from filiere.catalogue.grades import StorageKind


class KindRule(DataModel):
    """Models that match `pattern`, in any case, are of this kind."""

    kind: StorageKind
    pattern: str

    @model_validator(mode="after")
    def _compiles(self) -> "KindRule":
        re.compile(self.pattern, re.IGNORECASE)
        return self


class DiskMaker(DataModel):
    """A maker's rules, and models as its disks announce them, of each kind."""

    maker: str
    rules: list[KindRule] = Field(min_length=1)
    models: dict[StorageKind, list[str]] = Field(min_length=1)


class DiskModelsFile(Versioned):
    """The file disk_models.yaml."""

    makers: list[DiskMaker]


@cache
def disk_models() -> DiskModelsFile:
    """Return the makers' rules. Raises BrokenDataFile."""
    return load_file(DiskModelsFile, DATA / "disk_models.yaml")


@lru_cache(maxsize=4096)  # a fleet has hundreds of disks of a dozen models
def kind_of_model(text: str) -> StorageKind:
    """Return the kind that the first fitting rule says; unknown when none fits."""
    return next((kind for kind, pattern in _rules() if pattern.search(text)), StorageKind.UNKNOWN)


@cache
def _rules() -> tuple[tuple[StorageKind, re.Pattern[str]], ...]:
    return tuple(
        (rule.kind, re.compile(rule.pattern, re.IGNORECASE)) for maker in disk_models().makers for rule in maker.rules
    )
