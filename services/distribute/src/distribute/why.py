"""Why a line has what it has, as values: kept beside the line, and said in the language of whoever reads it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from filiere.catalogue import Category
from filiere.web.i18n import gettext, language, ngettext
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from distribute.engine import Binding
from distribute.engine.sentences import FRENCH, SENTENCES, Facts, Words, sentence

COMPLETE = SENTENCES[Binding.COMPLETE]
DECISION = "Décision de la coordination : {reason}"
DECIDED = "Décision de la coordination."
LOWER: Literal["lower"] = "lower"
LOWER_GRADE = "{count} de catégorie inférieure"
AND = "{several} et {last}"
FREE = ("{listed} est disponible.", "{listed} sont disponibles.")
GONE = (
    "Un équipement ne pouvait plus aller à cette ligne à l'approbation ; la prochaine attribution le remplacera.",
    "{count} équipements ne pouvaient plus aller à cette ligne à l'approbation ; la prochaine attribution les"
    " remplacera.",
)
# What a line could have instead: devices of a lower grade, or of another category; and how many are free.
Instead = tuple[Category | Literal["lower"], int]


class Changed(StrEnum):
    """What happened to a line between the computation and the promise."""

    NO_LONGER = "no_longer"
    LESS = "less"
    SERVED = "served"
    GONE = "gone"


class Ending(StrEnum):
    """Why a promise was taken back."""

    UNDONE = "undone"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"
    NEVER_LEFT = "never_left"
    LOST = "lost"
    LOST_ON_LOAN = "lost_on_loan"
    DAMAGED = "damaged"
    WRONG = "wrong"
    SWAPPED = "swapped"
    BROUGHT_BACK = "brought_back"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    HELD = "held"


CHANGED = {
    Changed.NO_LONGER: "La commande n'attendait plus rien quand l'attribution a été approuvée.",
    Changed.LESS: "La ligne attendait moins d'équipements quand l'attribution a été approuvée : elle est complète.",
    Changed.SERVED: "Une autre attribution avait servi une partie de cette ligne avant l'approbation.",
}
ENDINGS = {
    Ending.UNDONE: "L'attribution n° {detail} est annulée par la coordination.",
    Ending.WITHDRAWN: "L'atelier a retiré l'équipement : {detail}.",
    Ending.RECALLED: "L'atelier a repris l'équipement promis ({detail}) ; un autre est cherché pour cette ligne.",
    Ending.NEVER_LEFT: "L'équipement n'était pas parti ; un autre est cherché pour cette ligne.",
    Ending.LOST: "Un équipement est perdu pendant le transport ; un autre est cherché pour cette ligne.",
    Ending.LOST_ON_LOAN: "Un équipement que vous aviez prêté est perdu ; un autre est cherché pour cette ligne.",
    Ending.DAMAGED: "Un équipement est arrivé abîmé et repart ; un autre est cherché pour cette ligne.",
    Ending.WRONG: "Un équipement n'était pas le bon et repart ; un autre est cherché pour cette ligne.",
    Ending.SWAPPED: "Un équipement a été sorti du colis avant le départ ; un autre est cherché pour cette ligne.",
    Ending.BROUGHT_BACK: "Un équipement remis est revenu en panne et repart à son atelier.",
    Ending.CANCELLED: "La commande est annulée.",
    Ending.HELD: "La coordination rappelle l'équipement ; un autre est cherché pour cette ligne.",
    Ending.CLOSED: "Le Relais n'attend plus le reste de sa commande.",
}
# Of BROUGHT_BACK, as its detail: the release before reads it as one that is brought back.
TO_WIPE = "to_wipe"
BACK_TO_WIPE = "Un équipement que quelqu'un a utilisé est revenu. Il repart à son atelier, qui l'efface."
WITHDRAWN_WITHOUT_A_WORD = "L'atelier a retiré l'équipement."
RECALLED_WITHOUT_A_WORD = "L'atelier a repris l'équipement promis ; un autre est cherché pour cette ligne."


class Computed(BaseModel):
    """What a run found, and what became of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["computed"] = "computed"
    facts: Facts = Field(description="The binding constraint, the competing demand and the shares in whole percents.")
    decision: str | None = Field(None, description="The coordination's reason, when it decided otherwise.")
    free: tuple[Instead, ...] = Field((), description="What nobody takes and the line could have instead.")
    changed: Changed | None = Field(None, description="What happened since, when less was promised than computed.")
    gone: int = Field(0, description="Devices that could no longer go to it.")


class TakenBack(BaseModel):
    """A promise was taken back since."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["taken_back"] = "taken_back"
    ending: Ending
    detail: str = Field("", description="The number of the run, or the workshop's own words.")


Why = Annotated[Computed | TakenBack, Field(discriminator="kind")]
_WHY: TypeAdapter[Why] = TypeAdapter(Why)


def read(column: object) -> Why | None:
    """The reason in a column of the database; None where a later release said it in words that this one lacks: the
    line keeps its French sentence beside it.
    """
    try:
        return _WHY.validate_python(column) if column is not None else None
    except ValidationError:
        return None


def say(why: Why, words: Words = FRENCH, counted: Callable[[Category, int], str] = Category.counted_fr) -> str:
    """The sentences of a reason."""
    if isinstance(why, TakenBack):
        if why.ending is Ending.WITHDRAWN and not why.detail:
            return words.gettext(WITHDRAWN_WITHOUT_A_WORD)
        if why.ending is Ending.RECALLED and not why.detail:
            return words.gettext(RECALLED_WITHOUT_A_WORD)
        if why.ending is Ending.BROUGHT_BACK and why.detail == TO_WIPE:
            return words.gettext(BACK_TO_WIPE)
        return words.gettext(ENDINGS[why.ending]).format(detail=why.detail)
    if why.changed is Changed.GONE:
        return words.ngettext(*GONE, why.gone).format(count=why.gone)
    if why.changed is not None:
        return words.gettext(CHANGED[why.changed])
    text = sentence(why.facts, words) if why.decision is None else words.gettext(DECISION).format(reason=why.decision)
    return f"{text} {_free(why.free, words, counted)}".strip()


def reason_in_french(why: Why | None, french: str | None = None) -> str:
    """What events say of it: never the words of people, which may name somebody and would stay on the wire for years.

    `french`: what is said of a reason that was never kept as values.
    """
    if why is None:
        return french or ""
    if isinstance(why, TakenBack):
        of_the_workshop = why.ending in (Ending.WITHDRAWN, Ending.RECALLED, Ending.NEVER_LEFT)
        return say(TakenBack(ending=why.ending) if of_the_workshop else why)
    if why.decision is not None and why.changed is None:
        return DECIDED
    return say(why)


def reason_here(why: Why | None, french: str | None) -> str:
    """The reason in the language of the current page; `french`: as it was said then, and all that older rows have."""
    if why is None:
        return french or ""
    if language() == "fr":
        return say(why, Words(gettext, ngettext))
    return say(why, Words(gettext, ngettext), lambda category, count: f"{count} × {gettext(category.label_fr)}")


def _free(free: Sequence[Instead], words: Words, counted: Callable[[Category, int], str]) -> str:
    if not free:
        return ""
    parts = [
        words.gettext(LOWER_GRADE).format(count=count) if what == LOWER else counted(Category(what), count)
        for what, count in free
    ]
    *several, last = parts
    listed = words.gettext(AND).format(several=", ".join(several), last=last) if several else last
    many = 2 if several or free[0][1] > 1 else 1
    return words.ngettext(*FREE, many).format(listed=f"{listed[0].upper()}{listed[1:]}")
