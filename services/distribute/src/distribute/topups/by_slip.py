"""A top-up that somebody is sent for by a referral slip."""

from filiere.database import AsyncSession
from filiere.web import Principal

from distribute.handovers.slips import opened
from distribute.referrals import taking
from distribute.referrals.schemas import ReadSlip
from distribute.referrals.status import Wanted
from distribute.topups.schemas import SaleIn, SaleOut
from distribute.topups.selling import sell
from distribute.topups.vault import Vault


async def sell_with(
    session: AsyncSession, principal: Principal, vault: Vault, body: SaleIn, ceiling_cents: int, slip: ReadSlip | None
) -> SaleOut:
    """Hand a code over, and take the slip that was shown for it, once.

    Raises what `sell` does, SlipForSomethingElse, SlipUsed.
    """
    if slip is None:
        return await sell(session, principal, vault, body, ceiling_cents)

    async def taken() -> None:
        await taking.take(session, principal, slip, body.id, {Wanted.TOPUP.value})

    filled = body.model_copy(update=opened(body, slip))
    return await sell(session, principal, vault, filled, ceiling_cents, taken)
