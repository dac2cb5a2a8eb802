"""How a comparison is said: the names of both ways, what else differs between them, and the charts of their shares."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from filiere.geography import LocalityClass, departement
from filiere.web import Bar, Group, GroupedBars, gettext, ngettext
from filiere.web.formats import day

from distribute.allocation.proposals.comparison import Baseline, ComparisonOut, Figures, RelaisShare
from distribute.engine.sentences import percent_of
from distribute.publics import public_label

NOTHING = "–"
# As many départements as a chart can hold: those that ask for most. The table has all of them.
DRAWN = 12


def names(number: int, found: ComparisonOut) -> tuple[str, str]:
    """What each way is called, above its column."""
    return _numbered(number), way_name(found.theirs)


def way_name(figures: Figures) -> str:
    """What a proposal is put beside."""
    known = {
        Baseline.FIRST_COME: gettext("Premier arrivé, premier servi"),
        Baseline.PROPORTIONAL: gettext("Au prorata des demandes"),
        Baseline.COMPUTED: gettext("Telle que calculée"),
    }
    return known[Baseline(figures.name)] if figures.name in set(Baseline) else _numbered(figures.name)


def _numbered(number: int | str) -> str:
    return gettext("Proposition n° %(number)s") % {"number": number}


def difference(number: int, found: ComparisonOut) -> str:
    """One sentence about what else is not the same in both, or nothing."""
    ours, theirs = found.ours, found.theirs
    if found.same_snapshot and found.same_policy:
        return ""
    if found.same_policy:
        sentence = gettext(
            "La proposition n° %(other)s part d'un autre état du stock et des commandes, du %(day)s : ce qui diffère"
            " ne vient pas seulement du partage."
        )
    elif found.same_snapshot:
        sentence = gettext(
            "Même stock et mêmes commandes, mais deux règles : %(ours)s pour la proposition n° %(number)s, %(theirs)s"
            " pour la n° %(other)s."
        )
    else:
        sentence = gettext(
            "La proposition n° %(other)s part d'un autre état du stock et des commandes, du %(day)s, et suit une autre"
            " règle : %(ours)s pour la proposition n° %(number)s, %(theirs)s pour la n° %(other)s."
        )
    return sentence % {
        "number": number,
        "other": theirs.name,
        "day": day(theirs.as_of),
        "ours": ours.policy,
        "theirs": theirs.policy,
    }


def by_hand(number: int, found: ComparisonOut) -> list[str]:
    """One sentence per proposal whose lines the coordination changed."""
    changed = [(number, found.ours.changed), (found.theirs.name, found.theirs.changed)]
    return [
        ngettext(
            "La proposition n° %(number)s est comptée avec %(num)s ligne modifiée à la main.",
            "La proposition n° %(number)s est comptée avec %(num)s lignes modifiées à la main.",
            lines,
        )
        % {"number": name, "num": lines}
        for name, lines in changed
        if lines
    ]


def window(number: int, found: ComparisonOut) -> str:
    """Over how many months shares are counted: each side's own."""
    months, other = found.ours.window_months, found.theirs.window_months
    if months == other:
        return ngettext("Parts comptées sur %(num)s mois.", "Parts comptées sur %(num)s mois.", months) % {
            "num": months
        }
    return gettext(
        "Parts comptées sur %(months)s mois pour la proposition n° %(number)s, sur %(other_months)s mois pour la"
        " n° %(other)s."
    ) % {"months": months, "number": number, "other_months": other, "other": found.theirs.name}


def share_words(share: float | None) -> str:
    return NOTHING if share is None else f"{percent_of(share)}\u00a0%"


def charts(found: ComparisonOut, series: Sequence[str]) -> list[tuple[str, str, GroupedBars, str]]:
    """(id, title, chart, what the chart leaves out) of each grouping that somebody is in."""
    ours, theirs = found.ours, found.theirs
    asked = Counter[str]()
    for one in found.relais:
        asked[one.territory] += one.asked
    drawn = sorted(code for code, _ in asked.most_common(DRAWN))
    communes = _chart(series, ours.by_locality, theirs.by_locality, _locality, _rank)
    departements = _chart(series, ours.by_territory, theirs.by_territory, departement_name, str, drawn)
    publics = _chart(series, ours.by_public, theirs.by_public, _public, _public)
    found_charts = (
        ("communes", gettext("Par type de commune"), *communes),
        ("departements", gettext("Par département"), *departements),
        ("publics", gettext("Par public"), *publics),
    )
    return [one for one in found_charts if one[2].rows]


def _chart(
    series: Sequence[str],
    ours: Mapping[str, float],
    theirs: Mapping[str, float],
    label: Callable[[str], str],
    order: Callable[[str], Any],
    chosen: Sequence[str] | None = None,
) -> tuple[GroupedBars, str]:
    """A group for each name that one of both has; with `chosen`, those alone are drawn when there are more."""
    groups = {
        name: Group(label(name), [_bar(ours.get(name)), _bar(theirs.get(name))])
        for name in sorted(ours.keys() | theirs.keys(), key=order)
    }
    if chosen is None or len(groups) <= DRAWN:
        return GroupedBars(series, list(groups.values())), ""
    left_out = gettext("Le dessin montre les %(count)s départements qui demandent le plus ; les chiffres, tous.")
    return GroupedBars(series, list(groups.values()), [groups[name] for name in chosen if name in groups]), left_out % {
        "count": DRAWN
    }


def _bar(share: float | None) -> Bar:
    return Bar(share, share_words(share))


def _rank(locality: str) -> int:
    return list(LocalityClass).index(LocalityClass(locality))


def _locality(name: str) -> str:
    return gettext(LocalityClass(name).label_fr)


def _public(value: str) -> str:
    return gettext(public_label(value))


def departement_name(code: str) -> str:
    """« Lozère (48) »."""
    return f"{departement(code).name} ({code})"


def sought(relais: Sequence[RelaisShare], q: str) -> list[RelaisShare]:
    """Those whose name, or the name or code of whose département, holds the words."""
    words = q.strip().casefold()
    return [one for one in relais if words in f"{one.name}\n{departement_name(one.territory)}".casefold()]
