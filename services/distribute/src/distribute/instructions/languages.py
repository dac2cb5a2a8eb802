"""The languages of the instructions, their sentences and what each category's are made of: data beside this file."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from filiere import safe_yaml
from filiere.catalogue import Category, Grade
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("fr", "en", "ar", "uk", "fa", "es")
"""French is the text that counts; a test names the sentences that another language lacks."""
DEFAULT = "fr"
_DATA = Path(__file__).parent / "data"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Language(_Data):
    """One file of sentences. Not `reviewed`: translated by us, which the reader is told by `to_review`."""

    name: str
    direction: Literal["ltr", "rtl"]
    reviewed: bool
    sentences: Mapping[str, str]

    def say(self, key: str, **values: str) -> str:
        return self.sentences[key].format(**values)


class Plan(_Data):
    """Which sentences a category's instructions are made of; `can`: from the weakest grade up."""

    can: Mapping[Grade, Sequence[str]]
    weak: Sequence[str]
    steps: Sequence[str]

    def abilities(self, grade: Grade) -> list[str]:
        """What a device of this grade can do, and where it is slow."""
        known = [one for lowest, said in self.can.items() if grade.at_least(lowest) for one in said]
        return [*known, *(self.weak if not grade.at_least(Grade.B) else ())]


class Drawings(_Data):
    """Strokes of SVG: of each category (120 × 86), of each step (48 × 48)."""

    devices: Mapping[Category, str]
    steps: Mapping[str, str]


@cache
def language(code: str) -> Language:
    return Language.model_validate(_read(code))


@cache
def plans() -> Mapping[Category, Plan]:
    return {Category(category): Plan.model_validate(plan) for category, plan in _read("plan").items()}


@cache
def drawings() -> Drawings:
    return Drawings.model_validate(_read("drawings"))


def preferred(accept: str) -> str:
    """The language of `Accept-Language` that comes first among ours; French for whoever reads none of them."""
    asked = []
    for place, part in enumerate(accept.split(",")[:50]):
        code, _, weight = part.partition(";")
        asked.append((-_weight(weight), place, code.strip().lower().split("-")[0]))
    return next((code for weight, _, code in sorted(asked) if code in LANGUAGES and weight < 0), DEFAULT)


def _weight(text: str) -> float:
    _, _, number = text.strip().partition("=")
    try:
        return float(number) if number else 1.0
    except ValueError:
        return 0.0


def _read(name: str) -> dict[str, object]:
    return dict(safe_yaml.read((_DATA / f"{name}.yaml").read_text(encoding="utf-8")))
