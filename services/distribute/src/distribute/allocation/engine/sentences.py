"""The sentence of a reason. French is the source; whoever shows it passes the catalogue's two functions."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from distribute.allocation.engine.result import Binding, Reason

SENTENCES = {
    Binding.COMPLETE: "Complète.",
    Binding.NO_AGREEMENT: "Aucune convention n'est en vigueur : rien ne peut partir vers votre Relais.",
    Binding.NOTHING_READY: "Aucun équipement qui convient à cette ligne n'est prêt.",
    Binding.NOT_ALLOWED: (
        "Ce qui conviendrait est prêt mais réservé : à une campagne, ou aux structures qui peuvent recevoir des dons"
        " publics."
    ),
    Binding.CAP: "Votre Relais atteint son plafond par attribution : {received}.",
    Binding.SPOKEN_FOR: "Ce qui convient à cette ligne va à des lignes urgentes ou à des Relais moins servis.",
    Binding.ALREADY_SERVED: (
        "Votre Relais a déjà reçu {before} % de ses demandes : ce qui convient à cette ligne va à des Relais moins"
        " servis, jusqu'à {level} % des leurs à poids égal."
    ),
    Binding.LESS_SERVED_FIRST: (
        "Ce qui convient à cette ligne va à des Relais moins servis, jusqu'à {level} % de leurs demandes à poids égal ;"
        " le vôtre passe de {before} % à {after} % des siennes."
    ),
    Binding.BELOW_ONE_DEVICE: (
        "La part de votre Relais est ici de moins d'un équipement : les entiers vont d'abord à ceux que l'arrondi prive"
        " le plus."
    ),
    Binding.MORE_PRESSING_LINES: (
        "Votre Relais reçoit {received}, pour ses lignes plus pressées, et passe de {before} % à {after} % de ses"
        " demandes servies."
    ),
    Binding.SHARED: (
        "{devices} pour {wanted} demandés par {relais} Relais : les moins servis d'abord, jusqu'à {level} % de leurs"
        " demandes à poids égal ; le vôtre passe de {before} % à {after} %."
    ),
}
SHARED_ALONE = (
    "{devices} pour {wanted} que demande votre Relais : il passe de {before} % à {after} % de ses demandes servies."
)
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

    Shares are whole percents; what a binding does not speak of is 0.
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


def facts_of(reason: Reason) -> Facts:
    """The figures that the sentence of a reason names."""
    relais, bottleneck = reason.relais, reason.bottleneck
    asked = max(relais.asked, 1)
    return Facts(
        reason.binding,
        reason.substitutes,
        percent(Fraction(relais.before, asked)),
        percent(Fraction(relais.before + relais.given, asked)),
        relais.given,
        percent(bottleneck.level) if bottleneck is not None else 0,
        bottleneck.devices if bottleneck is not None else 0,
        bottleneck.wanted if bottleneck is not None else 0,
        len(bottleneck.relais) if bottleneck is not None else 0,
    )


def sentence(facts: Facts, words: Words = FRENCH) -> str:
    """Why the line got what it got; a second sentence when substitutes are among it."""
    alone = facts.binding is Binding.SHARED and facts.relais == 1
    said = words.gettext(SHARED_ALONE if alone else SENTENCES[facts.binding]).format(
        before=facts.before,
        after=facts.after,
        received=_devices(facts.received, words),
        level=facts.level,
        devices=_devices(facts.devices, words),
        wanted=facts.wanted,
        relais=facts.relais,
    )
    if facts.substitutes:
        said += " " + words.ngettext(*REPLACED, facts.substitutes).format(count=facts.substitutes)
    return said


def percent(share: Fraction) -> int:
    """To the nearest whole percent; halves go up."""
    return (200 * share.numerator + share.denominator) // (2 * share.denominator)


def _devices(count: int, words: Words) -> str:
    return words.ngettext(*DEVICES, count).format(count=count)
