"""What is not the same in two rules, in the words of the rule's page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from filiere.web import gettext, ngettext
from filiere.web.formats import number

from distribute.engine import Policy
from distribute.engine.policy import NEUTRAL, Size
from distribute.publics import public_label


@dataclass(frozen=True, slots=True)
class Difference:
    """A point of the rule, and what each of both says."""

    point: str
    ours: str
    theirs: str


def differences(ours: Policy, theirs: Policy) -> list[Difference]:
    """Every point on which two rules differ; nothing when they decide alike."""
    mine, other = dict(_points(ours, theirs)), dict(_points(theirs, ours))
    return [Difference(point, value, other[point]) for point, value in mine.items() if value != other[point]]


def _points(policy: Policy, beside: Policy) -> Iterator[tuple[str, str]]:
    """Everything that a rule says, with a word on what only the other one names."""
    yield gettext("Mois d'historique comptés"), str(policy.window_months)
    yield gettext("Part des lignes urgentes"), _at_most(policy.urgent_percent)
    cap = policy.cap_per_run
    yield (
        gettext("Plafond d'un Relais par attribution"),
        gettext("aucun")
        if cap is None
        else ngettext("%(num)s équipement", "%(num)s équipements", cap) % {"num": number(cap)},
    )
    for name in sorted(policy.campaigns.keys() | beside.campaigns.keys()):
        yield gettext("Campagne « %(name)s »") % {"name": name}, _campaign(policy, name)
    yield gettext("Campagnes qui ne sont pas nommées"), _at_most(policy.campaign_percent)
    weights, others = policy.weights, beside.weights
    for locality, weight in weights.locality.items():
        yield gettext(locality.label_fr), _more(weight)
    yield gettext("Attente, par semaine"), _more(NEUTRAL + weights.waiting.per_week)
    yield gettext("Attente, au plus"), _more(NEUTRAL + weights.waiting.at_most)
    for public in sorted(weights.publics.each.keys() | others.publics.each.keys(), key=public_label):
        yield gettext(public_label(public)), _more(NEUTRAL + weights.publics.each.get(public, 0))
    yield gettext("Tous les publics ensemble, au plus"), _more(NEUTRAL + weights.publics.at_most)
    yield gettext("Taille du Relais"), _sizes(weights.people_supported)
    yield gettext("Un colis de moins vaut"), _kilometres(policy.transport.shipment_km)
    yield gettext("Trajet dont un lieu est inconnu"), _kilometres(policy.transport.unknown_km)


def _campaign(policy: Policy, name: str) -> str:
    share = _at_most(policy.campaign_share(name))
    return share if name in policy.campaigns else gettext("pas nommée : %(share)s") % {"share": share}


def _at_most(percent: int) -> str:
    return gettext("%(share)s %% au plus") % {"share": percent}


def _more(thousandths: int) -> str:
    """« 20 % de plus »: a weight as the rule's page says it."""
    if thousandths == NEUTRAL:
        return gettext("ni plus ni moins")
    words = gettext("%(each)s %% de plus") if thousandths > NEUTRAL else gettext("%(each)s %% de moins")
    return words % {"each": number(abs(thousandths - NEUTRAL) * 100 / NEUTRAL, 1)}


def _sizes(sizes: Sequence[Size]) -> str:
    return ", ".join(
        f"{gettext('moins de %(people)s personnes') % {'people': one.below} if one.below else gettext('au-delà')}"
        f" ({_more(one.weight)})"
        for one in sizes
    )


def _kilometres(count: int) -> str:
    return gettext("%(count)s km") % {"count": number(count)}
