"""What a line may add to its wish: by when, and for which campaign. Checked against the day and the policy in force.

And the sentences for what was typed and cannot be taken.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from filiere.calendar import months_after
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import FieldError

from distribute.campaigns.in_force import campaigns_in_force
from distribute.campaigns.members import refusals
from distribute.orders.errors import LinesToCorrect
from distribute.orders.schemas import MAX_QUANTITY, OrderLineIn

PAST = "Cette date est passée : choisissez aujourd'hui ou un jour à venir."
TOO_FAR = "Cette date est trop lointaine : choisissez un jour des douze mois à venir."
UNREADABLE = "Cette date ne se lit pas : écrivez-la comme 2026-12-24."
NOT_A_NUMBER = "Ce n'est pas une quantité : écrivez un nombre entier, par exemple 3."
TOO_MANY = f"C'est trop pour une commande : écrivez au plus {MAX_QUANTITY}."
NO_CAMPAIGN = "Aucune campagne n'est en cours : commandez sans campagne."


async def check_options(
    session: AsyncReadSession | AsyncSession, relais_id: UUID, lines: Sequence[OrderLineIn], today: date
) -> None:
    """Raise LinesToCorrect with each date in the past or over a year ahead, and each campaign that is not theirs."""
    # Read the policy for those only who name a campaign.
    named = [(line.campaign, line.publics) for line in lines if line.campaign is not None]
    campaigns = await campaigns_in_force(session, today) if named else ()
    refused = iter(await refusals(session, relais_id, named, today) if named else ())
    errors = wrong_dates(lines, today)
    for number, line in enumerate(lines):
        if line.campaign is not None:
            refusal = next(refused)
            if refusal is None and line.campaign not in campaigns:
                refusal = _unknown(line.campaign, campaigns)
            if refusal is not None:
                errors.append(FieldError(f"lines.{number}.campaign", refusal))
    if errors:
        raise LinesToCorrect(errors)


def wrong_dates(lines: Sequence[OrderLineIn], today: date) -> list[FieldError]:
    """Each date in the past or over a year ahead."""
    errors = []
    for number, line in enumerate(lines):
        if line.wanted_on is not None and line.wanted_on < today:
            errors.append(FieldError(f"lines.{number}.wanted_on", PAST))
        if line.wanted_on is not None and line.wanted_on > a_year_after(today):
            errors.append(FieldError(f"lines.{number}.wanted_on", TOO_FAR))
    return errors


def a_year_after(day: date) -> date:
    """The same day of the next year; after a 29 February, the 28."""
    return months_after(day, 12)


def _unknown(campaign: str, campaigns: Sequence[str]) -> str:
    if not campaigns:
        return NO_CAMPAIGN
    return f"« {campaign} » n'est pas une campagne en cours. Les campagnes : {', '.join(campaigns)}."
