"""The diagnosis of a person, as dated data: questions, and what answers propose, each with its reason. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from filiere.catalogue.datafiles import Versioned, in_force, load_all
from pydantic import Field, model_validator

from distribute.applications.diagnosis import Because, Question, Said
from distribute.referrals.status import Wanted

FILES = Path(__file__).parent / "data"


class Proposal(Because, Said):
    """A device, a connection or a training; `wanted` fills a referral slip."""

    wanted: Wanted | None = None


class PersonDiagnosis(Versioned):
    """One version of it."""

    questions: list[Question] = Field(min_length=1, max_length=12)
    devices: list[Proposal] = Field(min_length=1)
    connections: list[Proposal] = Field(min_length=1)
    trainings: list[Proposal] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        answers = {one.id: set(one.answers) for one in self.questions}
        if len(answers) != len(self.questions):
            raise ValueError("a question stands twice")
        for proposals in (self.devices, self.connections, self.trainings):
            for one in proposals:
                for place, words in one.when.items():
                    if not set(words) <= answers.get(place, set()):
                        raise ValueError(f"{one.id} looks at an answer that no question of « {place} » has")
            if proposals[-1].when:
                raise ValueError(f"{proposals[-1].id} is the last of its kind, and has to hold whatever is answered")
        return self

    def propose(self, answers: Mapping[str, str]) -> "Proposed":
        """Of devices the first that holds, of the others all that do."""
        device = next(one for one in self.devices if one.holds(answers, ()))
        return Proposed([device], _all(self.connections, answers), _all(self.trainings, answers))


class Proposed(NamedTuple):
    """What a diagnosis comes to."""

    devices: Sequence[Proposal]
    connections: Sequence[Proposal]
    trainings: Sequence[Proposal]


def _all(proposals: Sequence[Proposal], answers: Mapping[str, str]) -> Sequence[Proposal]:
    return [one for one in proposals if one.when and one.holds(answers, ())] or proposals[-1:]


@cache
def diagnoses() -> dict[str, PersonDiagnosis]:
    """Every version, by name, the earliest first. Raises BrokenDataFile."""
    return load_all(PersonDiagnosis, "person_*.yaml", FILES)


def diagnosis_on(day: date) -> PersonDiagnosis:
    """The version in force. Raises NothingInForce."""
    return in_force(diagnoses().values(), day, "person")
