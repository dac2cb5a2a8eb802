"""The short diagnosis of a structure, as dated data: questions, and what answers propose, each with its reason."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from filiere.catalogue import Category
from filiere.catalogue.datafiles import DataModel, Versioned, in_force, load_all
from pydantic import Field, model_validator

FILES = Path(__file__).parent / "data"
PUBLICS = "publics"
"""Beside the questions, what a proposal may look at: the publics of the structure."""
Answers = Mapping[str, str]
When = Mapping[str, Sequence[str]]


class Said(DataModel):
    """A text in both languages of the screens."""

    fr: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.fr


class Question(Said):
    """One question, and the answers of which one is given."""

    id: str = Field(pattern=r"^[a-z_]+$")
    source: str = Field(min_length=1)
    answers: Mapping[str, Said] = Field(min_length=2)


class Because(DataModel):
    """When something is proposed, and why."""

    id: str = Field(pattern=r"^[a-z_]+$")
    when: When
    because_fr: str = Field(min_length=1, max_length=200)
    because_en: str = Field(min_length=1, max_length=200)
    source: str = Field(min_length=1)

    def because(self, language: str) -> str:
        return self.because_en if language == "en" else self.because_fr

    def holds(self, answers: Answers, publics: Sequence[str]) -> bool:
        """Whether each thing that it looks at is as it says."""
        return all(
            bool(set(words) & set(publics)) if place == PUBLICS else answers.get(place) in words
            for place, words in self.when.items()
        )


class FirstStep(Because, Said):
    """What to begin with."""


class BasketLine(Because):
    """A few devices to begin with."""

    category: Category
    quantity: int = Field(ge=1, le=10)


class Diagnosis(Versioned):
    """One version of it."""

    questions: list[Question] = Field(min_length=8, max_length=8)
    first_steps: list[FirstStep] = Field(min_length=1)
    basket: list[BasketLine] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if len({one.id for one in self.questions}) != len(self.questions):
            raise ValueError("a question stands twice")
        proposals: list[Because] = [*self.first_steps, *self.basket]
        if len({one.id for one in proposals}) != len(proposals):
            raise ValueError("a proposal stands twice")
        answers = {one.id: set(one.answers) for one in self.questions}
        for one in proposals:
            for place, words in one.when.items():
                if place != PUBLICS and not set(words) <= answers.get(place, set()):
                    raise ValueError(f"{one.id} looks at an answer that no question of « {place} » has")
        if self.first_steps[-1].when:
            raise ValueError("the last first step holds whatever is answered")
        return self

    def propose(self, answers: Answers, publics: Sequence[str]) -> "Proposed":
        """The first step that holds, and each line of the basket that does: of a category the most, and each reason."""
        step = next(one for one in self.first_steps if one.holds(answers, publics))
        lines: dict[Category, list[BasketLine]] = {}
        for line in self.basket:
            if line.holds(answers, publics):
                lines.setdefault(line.category, []).append(line)
        return Proposed(step, [Basket(category, max(one.quantity for one in of), of) for category, of in lines.items()])


class Basket(NamedTuple):
    """So many devices of a category, and why."""

    category: Category
    quantity: int
    lines: Sequence[BasketLine]


class Proposed(NamedTuple):
    """What a diagnosis comes to."""

    step: FirstStep
    basket: Sequence[Basket]


@cache
def diagnoses() -> dict[str, Diagnosis]:
    """Every version, by name, the earliest first. Raises BrokenDataFile."""
    return load_all(Diagnosis, "diagnosis_*.yaml", FILES)


def diagnosis_on(day: date) -> Diagnosis:
    """The version in force. Raises NothingInForce."""
    return in_force(diagnoses().values(), day, "diagnosis")
