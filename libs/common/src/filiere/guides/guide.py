"""What a guide says. Easy to read by rule: short sentences, one idea each (European rules for easy-to-read texts)."""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from filiere.roles import Role

MOST_WORDS = 15
_END = re.compile(r"[.!?:](?:\s|$)")
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,39}$")]
PageName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


def words_in(sentence: str) -> int:
    """« l'atelier » is one word to read, and so is « rendez-vous »."""
    return len(_WORD.findall(sentence))


def _is_one_short_sentence(text: str) -> str:
    if not text.endswith((".", "!", "?")):
        raise ValueError("a sentence ends with a full stop")
    if len(ends := _END.findall(text)) > 1:
        raise ValueError(f"one sentence each, this holds {len(ends)}")
    if (count := words_in(text)) > MOST_WORDS:
        raise ValueError(f"{count} words, at most {MOST_WORDS} are read with ease")
    return text


class _Data(BaseModel):
    """Unknown fields are mistakes of typing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _InBoth(_Data):
    fr: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.fr


_Title = Annotated[str, StringConstraints(min_length=3, max_length=60)]
_Short = Annotated[str, StringConstraints(min_length=5, max_length=120), AfterValidator(_is_one_short_sentence)]


class Words(_InBoth):
    """A title, in both languages."""

    fr: _Title
    en: _Title


class Sentence(_InBoth):
    """One short sentence, in both languages."""

    fr: _Short
    en: _Short


class Step(_Data):
    """One thing to do.

    `name` is its picture's too. `page`: the route's name of where it is done, when one link leads there.
    """

    name: Name
    title: Words
    text: Annotated[tuple[Sentence, ...], Field(min_length=1, max_length=5)]
    warning: Sentence | None = None
    page: PageName | None = None


class Guide(_Data):
    """What somebody does from end to end.

    `roles`: whom it is for; nobody named: anybody, without an account. `pages`: routes whose « Aide » leads here.
    """

    name: Name
    order: Annotated[int, Field(ge=0, le=999)]
    roles: tuple[Role, ...]
    title: Words
    about: Sentence
    pages: tuple[PageName, ...] = ()
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=8)]

    @model_validator(mode="after")
    def _each_step_is_itself(self) -> Self:
        names = [step.name for step in self.steps]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two steps are called {', '.join(twice)}")
        return self

    def is_for(self, roles: Any) -> bool:
        return not self.roles or any(role in roles for role in self.roles)

    def page_names(self) -> set[str]:
        """Every route that it names."""
        return {*self.pages, *(step.page for step in self.steps if step.page)}
