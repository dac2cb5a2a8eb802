"""A referral slip at the till: what it says is filled in where the seller said nothing."""

from collections.abc import Mapping

from filiere.catalogue import Tier
from filiere.database import Database
from filiere.web import Principal

from distribute.handovers.schemas import CheckoutIn
from distribute.handovers.status import Criterion, HandoverKind
from distribute.referrals import taking
from distribute.referrals.codes import SlipCodes
from distribute.referrals.schemas import ReadSlip

Values = Mapping[str, str | list[str]]


async def shown(database: Database, principal: Principal, codes: SlipCodes, typed: object) -> ReadSlip | None:
    """The slip whose code was typed or scanned, if any; its own unit of work, before anything else is asked.

    Raises SlipUnknown, SlipUsed, SlipEnded, TooManyGuesses.
    """
    return await taking.look(database, principal, codes, str(typed)) if typed else None


def filled(body: CheckoutIn, slip: ReadSlip | None) -> CheckoutIn:
    """Tier, public and who saw the paper, as the slip says them: the seller's own words stand."""
    if slip is None:
        return body
    said: dict[str, object] = {}
    if body.tier is None and body.kind is HandoverKind.SOLD and slip.tier is not Tier.GIFT:
        said["tier"] = slip.tier
    if body.public is None:
        said["public"] = slip.public
    if body.criterion is None and body.seen_by is None and slip.seen_by:
        said |= {"criterion": Criterion.ATTESTATION, "seen_by": slip.seen_by}
    return body.model_copy(update=said)


def in_the_form(values: Values, slip: ReadSlip) -> Values:
    """The same in the cart's form, when the slip joins it."""
    proposed = {"tier": slip.tier.value, "public": slip.public or "", "seen_by": slip.seen_by or ""}
    proposed |= {"criterion": Criterion.ATTESTATION.value if slip.seen_by else ""}
    return {**values, **{name: text for name, text in proposed.items() if text and not values.get(name)}}
