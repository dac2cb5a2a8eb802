"""What a line may add to its wish: by when, and for which campaign. Checked against the day and the policy in force.

And the sentences for what was typed and cannot be taken.
"""

from collections.abc import Sequence
from datetime import date

from filiere.calendar import months_after
from filiere.web import FieldError

from distribute.engine import campaigns_on
from distribute.orders.errors import LinesToCorrect
from distribute.orders.schemas import MAX_QUANTITY, OrderLineIn

PAST = "Cette date est passée : choisissez aujourd'hui ou un jour à venir."
TOO_FAR = "Cette date est trop lointaine : choisissez un jour des douze mois à venir."
UNREADABLE = "Cette date ne se lit pas : écrivez-la comme 2026-12-24."
NOT_A_NUMBER = "Ce n'est pas une quantité : écrivez un nombre entier, par exemple 3."
TOO_MANY = f"C'est trop pour une commande : écrivez au plus {MAX_QUANTITY}."
NO_CAMPAIGN = "Aucune campagne n'est en cours : commandez sans campagne."


def check_options(lines: Sequence[OrderLineIn], today: date) -> None:
    """Raise LinesToCorrect with each date in the past or over a year ahead, and each unknown campaign."""
    # Read the policy for those only who name a campaign.
    campaigns = campaigns_on(today) if any(line.campaign is not None for line in lines) else ()
    errors = []
    for number, line in enumerate(lines):
        if line.wanted_on is not None and line.wanted_on < today:
            errors.append(FieldError(f"lines.{number}.wanted_on", PAST))
        if line.wanted_on is not None and line.wanted_on > a_year_after(today):
            errors.append(FieldError(f"lines.{number}.wanted_on", TOO_FAR))
        if line.campaign is not None and line.campaign not in campaigns:
            errors.append(FieldError(f"lines.{number}.campaign", _unknown(line.campaign, campaigns)))
    if errors:
        raise LinesToCorrect(errors)


def a_year_after(day: date) -> date:
    """The same day of the next year; after a 29 February, the 28."""
    return months_after(day, 12)


def _unknown(campaign: str, campaigns: Sequence[str]) -> str:
    if not campaigns:
        return NO_CAMPAIGN
    return f"« {campaign} » n'est pas une campagne en cours. Les campagnes : {', '.join(campaigns)}."
