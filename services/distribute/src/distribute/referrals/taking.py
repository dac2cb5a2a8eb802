"""A till reads a slip and takes it: once, whatever runs beside it, in the transaction of what is handed over."""

from collections.abc import Collection
from uuid import UUID

from filiere import journal
from filiere.crash_points import crash_point
from filiere.database import AsyncSession, Database
from filiere.web import Principal

from distribute.referrals.codes import SlipCodes, parsed
from distribute.referrals.errors import SlipEnded, SlipForSomethingElse, SlipUnknown, SlipUsed, TooManyGuesses
from distribute.referrals.repository import ReferralsRepository
from distribute.referrals.schemas import ReadSlip
from distribute.referrals.service import OBJECT
from distribute.referrals.status import SlipState

MOST_WRONG = 20
"""Codes that are none, of one person in an hour. Of fifty bits: who tries all his life guesses none."""


async def look(
    database: Database, principal: Principal, codes: SlipCodes, typed: str, sale_id: UUID | None = None
) -> ReadSlip:
    """The open slip whose code was typed, or the one that this sale has taken; a wrong one counts, in a unit of work
    of its own.

    Raises SlipUnknown, SlipUsed, SlipEnded, TooManyGuesses.
    """
    code = parsed(typed)
    if code is None:
        raise SlipUnknown  # mistyped: nobody guesses by what is no code
    async with database.unit_of_work() as session:
        referrals = ReferralsRepository.from_session(session)
        may_try = await referrals.one_try_more(principal.subject, MOST_WRONG)
        found, used_for = await referrals.read(codes.fingerprint(code)) if may_try else (None, None)
        if found is not None:
            await referrals.was_right(principal.subject)
    if not may_try:
        raise TooManyGuesses
    if found is not None and used_for is not None and used_for == sale_id:
        return found
    return _open(found)


async def take(
    session: AsyncSession, principal: Principal, slip: ReadSlip, used_for: UUID, handed: Collection[str]
) -> None:
    """Take it for a sale of these kinds of things. Raises SlipForSomethingElse, SlipUsed."""
    if slip.wanted.value not in handed:
        raise SlipForSomethingElse(slip.wanted.label_fr)
    if not await ReferralsRepository.from_session(session).take(slip.id, used_for):
        raise SlipUsed  # a moment ago, by whoever was quicker
    crash_point("slip.taken")
    await journal.note(session, principal, OBJECT, slip.id, "used")


async def give_back(session: AsyncSession, principal: Principal, used_for: UUID, wanted: str) -> None:
    """What a sale had taken is open again: the sale is undone."""
    given = await ReferralsRepository.from_session(session).give_back(used_for, wanted)
    if given is not None:
        await journal.note(session, principal, OBJECT, given, "given-back")


def _open(found: ReadSlip | None) -> ReadSlip:
    if found is None:
        raise SlipUnknown
    if found.state is SlipState.USED:
        raise SlipUsed
    if found.state is not SlipState.OPEN:
        raise SlipEnded
    return found
