"""A slip is made, read again and revoked by whoever made it: a Relais' worker, or one who proved a mail address."""

from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.mail import Letter, post
from filiere.web import Principal

from distribute.news.kinds import REFERRER, REFERRER_LETTER
from distribute.referrals.codes import SlipCodes
from distribute.referrals.errors import (
    ReferrerNotFound,
    SlipNotFound,
    SlipNotOpen,
    TooManyReferrers,
    TooManySlips,
    WhichStructure,
)
from distribute.referrals.repository import ReferralsRepository
from distribute.referrals.schemas import ReferrerForm, ReferrerOut, SlipIn, SlipOut
from distribute.referrals.status import SlipState
from distribute.tenancy import own_relais_of

OBJECT = "referral_slip"  # of the journal
VALID = timedelta(days=60)
"""How long a code works. Ours; in no source."""
LINK_VALID = timedelta(days=30)
MOST_IN_AN_HOUR = 600
"""Links of all: a program that asks from everywhere fills no letter box but for an hour."""
MOST_OF_A_NETWORK = 20
"""In an hour, of the addresses of one network: a stranger keeps nobody else out."""
MOST_UNPLACED = 60
"""In an hour, of those whose network is not known: behind a proxy that does not tell it they are one."""
MOST_OF_AN_ADDRESS = 3
"""In a day: nobody's letter box is filled by somebody else."""
MOST_OF_A_RELAIS = 200
MOST_OF_A_REFERRER = 30
"""Slips in a day."""


async def make(
    session: AsyncSession, principal: Principal, codes: SlipCodes, relais_id: UUID | None, said: SlipIn
) -> UUID:
    """A slip of a Relais that the caller works for. Raises WhichStructure, TooManySlips."""
    relais_id = structure_of(principal, relais_id)
    referrals = ReferralsRepository.from_session(session)
    if await referrals.lock_and_count(str(relais_id), relais_id, None) >= MOST_OF_A_RELAIS:
        raise TooManySlips
    slip_id = uuid7()
    fingerprint = codes.fingerprint(codes.code(slip_id))
    await referrals.add(slip_id, fingerprint, said, VALID, relais_id=relais_id, referrer_id=None)
    await journal.note(session, principal, OBJECT, slip_id, "made")
    return slip_id


async def make_by_link(session: AsyncSession, referrer: ReferrerOut, codes: SlipCodes, said: SlipIn) -> UUID:
    """A slip of somebody who has no account. Raises TooManySlips."""
    referrals = ReferralsRepository.from_session(session)
    if await referrals.lock_and_count(referrer.address, None, referrer.address) >= MOST_OF_A_REFERRER:
        raise TooManySlips
    slip_id = uuid7()
    fingerprint = codes.fingerprint(codes.code(slip_id))
    await referrals.add(slip_id, fingerprint, said, VALID, relais_id=None, referrer_id=referrer.id)
    await journal.note(session, journal.NETWORK, OBJECT, slip_id, "made")
    return slip_id


async def get(session: AsyncReadSession, principal: Principal, codes: SlipCodes, slip_id: UUID) -> SlipOut:
    """One slip of the caller's structures, with its code while it is open. Raises SlipNotFound."""
    found = await ReferralsRepository.from_session(session).get(own_relais_of(principal), slip_id)
    return _with_code(found, codes)


async def get_by_link(session: AsyncReadSession, referrer: ReferrerOut, codes: SlipCodes, slip_id: UUID) -> SlipOut:
    """The same of an address. Raises SlipNotFound."""
    found = await ReferralsRepository.from_session(session).get_of_address(referrer.address, slip_id)
    return _with_code(found, codes)


async def revoke(session: AsyncSession, principal: Principal, slip_id: UUID) -> None:
    """Its code opens nothing any more. Raises SlipNotFound, SlipNotOpen."""
    if await ReferralsRepository.from_session(session).get(own_relais_of(principal), slip_id) is None:
        raise SlipNotFound
    await _revoke(session, slip_id)
    await journal.note(session, principal, OBJECT, slip_id, "revoked")


async def revoke_by_link(session: AsyncSession, referrer: ReferrerOut, slip_id: UUID) -> None:
    """The same of an address. Raises SlipNotFound, SlipNotOpen."""
    if await ReferralsRepository.from_session(session).get_of_address(referrer.address, slip_id) is None:
        raise SlipNotFound
    await _revoke(session, slip_id)
    await journal.note(session, journal.NETWORK, OBJECT, slip_id, "revoked")


async def ask(session: AsyncSession, said: ReferrerForm, network: str | None = None) -> None:
    """Write to the address: whoever opens the link reads mail there. Raises TooManyReferrers."""
    referrals = ReferralsRepository.from_session(session)
    await referrals.lock_asking()
    lately, of_network, of_address = await referrals.asked_lately(said.address, network)
    if (
        lately >= MOST_IN_AN_HOUR
        or of_address >= MOST_OF_AN_ADDRESS
        or of_network >= (MOST_OF_A_NETWORK if network else MOST_UNPLACED)
    ):
        raise TooManyReferrers
    referrer_id = uuid7()
    await referrals.ask(referrer_id, said, network, LINK_VALID)
    await post(session, [Letter(said.address, REFERRER_LETTER, {}, REFERRER.format(referrer_id=referrer_id))])


async def opened(session: AsyncReadSession, referrer_id: UUID | None) -> ReferrerOut:
    """Whose link it is. Raises ReferrerNotFound."""
    found = await ReferralsRepository.from_session(session).referrer(referrer_id) if referrer_id else None
    if found is None:
        raise ReferrerNotFound
    return found


async def _revoke(session: AsyncSession, slip_id: UUID) -> None:
    if not await ReferralsRepository.from_session(session).revoke(slip_id):
        raise SlipNotOpen


def _with_code(found: SlipOut | None, codes: SlipCodes) -> SlipOut:
    if found is None:
        raise SlipNotFound
    code = codes.code(found.id) if found.state is SlipState.OPEN else None
    return found.model_copy(update={"code": code})


def structure_of(principal: Principal, relais_id: UUID | None) -> UUID:
    """Which of the caller's structures a slip is of: the one that is named, or the only one. Raises WhichStructure."""
    ids = tuple(own_relais_of(principal).ids or ())
    if relais_id is None and len(ids) == 1:
        return ids[0]
    if relais_id is None or relais_id not in ids:
        raise WhichStructure
    return relais_id
