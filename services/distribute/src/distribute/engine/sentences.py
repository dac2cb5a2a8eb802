"""The sentence of a reason. French is the source; whoever shows it passes the catalogue's two functions."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from distribute.engine.result import Binding, Reason

# Small enough for a quotient to have one fraction near it.
_FAR_BEYOND_WHAT_IS_ASKED = 10_000_000

SENTENCES = {
    Binding.COMPLETE: "Complète.",
    Binding.NO_AGREEMENT: "Aucune convention n'est en vigueur : rien ne peut partir vers le Relais.",
    Binding.NOTHING_READY: "Aucun équipement qui convient à cette ligne n'est prêt.",
    Binding.SET_ASIDE: "Ce qui conviendrait à cette ligne est mis de côté pour une campagne.",
    Binding.OUT_OF_CAMPAIGN: "Ce qui conviendrait à cette ligne est hors de la part de stock de sa campagne.",
    Binding.PUBLIC_ONLY: (
        "Ce qui conviendrait à cette ligne vient de dons publics, que seules certaines structures peuvent recevoir."
    ),
    Binding.NOT_ALLOWED: (
        "Ce qui conviendrait à cette ligne est mis de côté pour une campagne, hors de la part de stock de la sienne, ou"
        " vient de dons publics que seules certaines structures peuvent recevoir."
    ),
    Binding.CAP: "Le Relais atteint son plafond par attribution : {received}.",
    Binding.CAMPAIGN_SHARE: "{suits}. La part de stock de sa campagne est atteinte.",
    Binding.SPOKEN_FOR: "{suits}. Les urgences passent d'abord, puis les Relais qui ont le moins reçu.",
    Binding.ALREADY_SERVED: (
        "{suits}. Les urgences passent d'abord, puis les Relais qui ont le moins reçu. Ce Relais a déjà reçu {before} %"
        " de ses demandes."
    ),
    Binding.LESS_SERVED_FIRST: (
        "{suits}. Les urgences passent d'abord, puis les Relais qui ont le moins reçu. Ce Relais avait reçu {before} %"
        " de ses demandes ; il en a maintenant {after} %."
    ),
    Binding.BELOW_ONE_DEVICE: (
        "{suits}. La part de ce Relais fait moins d'un équipement : les derniers vont à ceux que l'arrondi prive le"
        " plus."
    ),
    Binding.MORE_PRESSING_LINES: (
        "{suits}. Ce Relais reçoit {received} pour ses lignes plus pressées. Il avait reçu {before} % de ses demandes ;"
        " il en a maintenant {after} %."
    ),
    Binding.SHARED: (
        "{suits}. Les urgences passent d'abord, puis les Relais qui ont le moins reçu. Ce Relais avait reçu {before} %"
        " de ses demandes ; il en a maintenant {after} %."
    ),
}
SHARED_ALONE = "{suits}. Ce Relais avait reçu {before} % de ses demandes ; il en a maintenant {after} %."
SUITS = (
    "{count} équipement prêt convient à cette ligne, pour {rivals} demandés",
    "{count} équipements prêts conviennent à cette ligne, pour {rivals} demandés",
)
# Answers of before version 3 of the engine counted neither.
SUITS_UNCOUNTED = "Ce qui convient à cette ligne est demandé par d'autres aussi"
DEVICES = ("{count} équipement", "{count} équipements")
REPLACED = (
    "{count} équipement est en remplacement, comme vous l'acceptez.",
    "{count} équipements sont en remplacement, comme vous l'acceptez.",
)


@dataclass(frozen=True, slots=True)
class Words:
    """How to say a message, and one of two by a count."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]


FRENCH = Words(lambda message: message, lambda one, many, count: one if abs(count) < 2 else many)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the sentence of a line is made of, to be kept and said again in another language.

    Shares are whole percents (see `percent`). `devices`, `wanted` and `relais` are those of the bottleneck, `level` is
    its share at equal weight; `ready` are the devices that the line could have, `rivals` what all lines that could have
    one of them lacked. What a binding does not speak of is 0.
    """

    binding: Binding
    substitutes: int
    before: int
    after: int
    received: int
    level: int
    devices: int
    wanted: int
    relais: int
    ready: int = 0
    rivals: int = 0


def facts_of(reason: Reason, received: int | None = None) -> Facts:
    """The figures that the sentence of a reason names; `received`: by the Relais in all, when it is not as computed."""
    relais, bottleneck = reason.relais, reason.bottleneck
    asked, got = max(relais.asked, 1), relais.given if received is None else received
    return Facts(
        reason.binding,
        reason.substitutes,
        percent_of_parts(relais.before, asked),
        percent_of_parts(relais.before + got, asked),
        got,
        percent(bottleneck.level) if bottleneck is not None else 0,
        bottleneck.devices if bottleneck is not None else 0,
        bottleneck.wanted if bottleneck is not None else 0,
        len(bottleneck.relais) if bottleneck is not None else 0,
        reason.ready,
        reason.rivals,
    )


def sentence(facts: Facts, words: Words = FRENCH) -> str:
    """Why the line got what it got; a second sentence when substitutes are among it."""
    alone = facts.binding is Binding.SHARED and facts.relais == 1
    # By hand, its more pressing lines may have been given nothing.
    binding = Binding.SHARED if not facts.received and facts.binding is Binding.MORE_PRESSING_LINES else facts.binding
    text = words.gettext(SHARED_ALONE if alone else SENTENCES[binding]).format(
        before=facts.before,
        after=facts.after,
        received=words.ngettext(*DEVICES, facts.received).format(count=facts.received),
        suits=_suits(facts, words),
    )
    if facts.substitutes:
        text += " " + words.ngettext(*REPLACED, facts.substitutes).format(count=facts.substitutes)
    return text


def percent(share: Fraction) -> int:
    """To the nearest whole percent, halves go up; what is not all is never told as all, nor something as nothing."""
    return percent_of_parts(share.numerator, share.denominator)


def percent_of_parts(part: int, whole: int) -> int:
    """The same of `part` out of `whole`, which is at least 1: a run says so of each of its lines."""
    nearest = (200 * part + whole) // (2 * whole)
    if part > 0:
        nearest = max(nearest, 1)
    return min(nearest, 99) if part < whole else nearest


def percent_of(share: float) -> int:
    """The same rounding of a quotient: of the fraction that it was computed from, 0.665 is 67 percent."""
    return percent(Fraction(share).limit_denominator(_FAR_BEYOND_WHAT_IS_ASKED))


def _suits(facts: Facts, words: Words) -> str:
    if not facts.rivals:
        return words.gettext(SUITS_UNCOUNTED)
    return words.ngettext(*SUITS, facts.ready).format(count=facts.ready, rivals=facts.rivals)
