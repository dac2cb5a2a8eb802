"""What two terms of a campaign say differently, in the words of its form. Pure."""

from typing import NamedTuple

from filiere.web import gettext as _
from filiere.web import told
from filiere.web.formats import full_day, number

from distribute.campaigns.schemas import CampaignIn
from distribute.campaigns.status import Pricing
from distribute.publics import public_label


class Difference(NamedTuple):
    """A field, what it said and what it says."""

    what: str
    before: str
    after: str


def differences(before: CampaignIn, after: CampaignIn) -> list[Difference]:
    """Field by field, in the order of the form."""
    pairs = zip(_said(before), _said(after), strict=True)
    return [Difference(what, was, becomes) for (what, was), (_same, becomes) in pairs if was != becomes]


def _said(terms: CampaignIn) -> list[tuple[str, str]]:
    return [
        (_("Nom"), terms.name),
        (_("En quelques phrases"), terms.words or "–"),
        (_("Premier jour"), full_day(terms.begins_on)),
        (_("Dernier jour"), full_day(terms.ends_on)),
        (_("Personnes à équiper"), _target(terms.target_people)),
        (_("Équipements à remettre"), _target(terms.target_devices)),
        (_("Structures à réunir"), _target(terms.target_structures)),
        (_("Publics"), ", ".join(told(public_label(one)) for one in terms.publics) or _("tous")),
        (_("Types de structures"), ", ".join(told(one.label_fr) for one in terms.legal_forms) or _("toutes")),
        (_("Départements"), ", ".join(terms.territories) or _("toute la France")),
        (_("Part du stock de tous"), _percent(terms.share_percent)),
        (_("Part des arrivées"), _percent(terms.arrivals_percent)),
        (_("Prix"), price_words(terms)),
    ]


def price_words(terms: CampaignIn) -> str:
    """What its orders cost."""
    if terms.pricing is Pricing.GIFT:
        return _("tout est donné")
    if terms.pricing is Pricing.REDUCED:
        return _("%(percent)s %% du prix de la liste") % {"percent": terms.price_percent}
    return _("les prix de la liste en vigueur")


def _target(wanted: int) -> str:
    return number(wanted) if wanted else _("aucun")


def _percent(share: int) -> str:
    return f"{share} %" if share else _("aucune")
