"""A referral slip at the till: what it says is filled in where the seller said nothing."""

from collections.abc import Collection, Mapping
from typing import Protocol
from uuid import UUID

from filiere.catalogue import Tier
from filiere.database import AsyncSession, Database
from filiere.web import Principal

from distribute.handovers.checkout import check_out
from distribute.handovers.schemas import CheckoutIn, CheckoutOut
from distribute.handovers.status import Criterion, HandoverKind
from distribute.referrals import taking
from distribute.referrals.codes import SlipCodes
from distribute.referrals.schemas import ReadSlip


class _AnySale(Protocol):
    """What a device and a top-up are handed over with."""

    @property
    def public(self) -> str | None: ...
    @property
    def criterion(self) -> Criterion | None: ...
    @property
    def seen_by(self) -> str | None: ...


Values = Mapping[str, str | list[str]]


async def shown(
    database: Database, principal: Principal, codes: SlipCodes, typed: object, sale_id: UUID | None = None
) -> ReadSlip | None:
    """The slip whose code was typed or scanned, if any; its own unit of work, before anything else is asked.

    One that this very sale has taken is its own: who saw no answer asks again.

    Raises SlipUnknown, SlipUsed, SlipEnded, TooManyGuesses.
    """
    return await taking.look(database, principal, codes, str(typed), sale_id) if typed else None


async def check_out_with(
    session: AsyncSession, principal: Principal, body: CheckoutIn, slip: ReadSlip | None
) -> CheckoutOut:
    """Sell or give what `body` says, and take the slip that was shown for it, once.

    Raises what `check_out` does, SlipForSomethingElse, SlipUsed.
    """
    if slip is None:
        return await check_out(session, principal, body)

    async def taken(checkout_id: UUID, handed: Collection[str]) -> None:
        await taking.take(session, principal, slip, checkout_id, handed)

    return await check_out(session, principal, body, taken)


def filled(body: CheckoutIn, slip: ReadSlip | None) -> CheckoutIn:
    """Tier, public and who saw the paper, as the slip says them, of who has no form that was filled so: whoever sent
    words of their own keeps them.
    """
    if slip is None:
        return body
    said = opened(body, slip)
    if body.tier is None and body.kind is HandoverKind.SOLD and slip.tier is not Tier.GIFT:
        said["tier"] = slip.tier
    return body.model_copy(update=said)


def opened(body: _AnySale, slip: ReadSlip) -> dict[str, object]:
    """Public and who saw the paper, where the seller said nothing."""
    said: dict[str, object] = {}
    if body.public is None:
        said["public"] = slip.public
    if body.criterion is None and body.seen_by is None and slip.seen_by:
        said |= {"criterion": Criterion.ATTESTATION, "seen_by": slip.seen_by}
    return said


def in_the_form(values: Values, slip: ReadSlip) -> Values:
    """The same in the cart's form, when the slip joins it."""
    proposed = {"tier": slip.tier.value, "public": slip.public or "", "seen_by": slip.seen_by or ""}
    proposed |= {"criterion": Criterion.ATTESTATION.value if slip.seen_by else ""}
    return {**values, **{name: text for name, text in proposed.items() if text and not values.get(name)}}
