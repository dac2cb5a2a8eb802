"""The fourteen publics of data.inclusion, in the words of that vocabulary."""

import json
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import AfterValidator, Field


@cache
def publics() -> dict[str, str]:
    """Value → French label, in the vocabulary's order."""
    content = json.loads(files("distribute").joinpath("data/publics.json").read_text(encoding="utf-8"))
    return {entry["value"]: entry["label"] for entry in content["publics"]}


def known_public(value: str) -> str:
    """The value itself. Raises ValueError for a word outside the vocabulary."""
    if value not in publics():
        raise ValueError(f"« {value[:60]} » n'est pas un public connu de data.inclusion.")
    return value


def public_label(value: str) -> str:
    return publics().get(value, value)


Public = Annotated[str, Field(max_length=60), AfterValidator(known_public)]
