"""The link in a letter by which a donor's people agree with a workshop's count without an account.

Looking does nothing (mail scanners open links); only the button's form confirms, twice as well as once. A link opens
one lot's count, as it is now, until it expires, is revoked, or the count was confirmed otherwise.
"""

from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import EVERYBODY, AsyncReadSession, AsyncSession
from filiere.links.repository import Link, LinkRepository, LinkState
from filiere.links.tokens import LinkSigner
from filiere.web import Principal

from collect.lots import service
from collect.lots.errors import AlreadyAgreed, AskedLately, CountChanged, CountLinkClosed, LotNotFound, NotCounted
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository
from collect.news import service as news
from collect.news.kinds import COUNT_LINK
from collect.news.repository import Counted
from collect.tenancy import donors_of

PAUSE = timedelta(hours=1)
"""Between two letters about one count that somebody asks for by hand."""


async def opened(session: AsyncReadSession, signer: LinkSigner, token: str) -> Lot:
    """The lot whose count a link opens. Raises CountLinkClosed."""
    lot = await LotRepository.from_session(session).get(EVERYBODY, await _lot_of(session, signer, token))
    if lot is None:
        raise CountLinkClosed
    return lot


async def confirm(session: AsyncSession, signer: LinkSigner, token: str, mark: str) -> Lot:
    """Agree with the count that bears this mark. Raises CountLinkClosed, NotCounted, CountChanged."""
    lots = LotRepository.from_session(session)
    lot = await lots.get_for_update(EVERYBODY, await _lot_of(session, signer, token))
    if lot is None:
        raise CountLinkClosed
    if mark != await lots.count_mark(lot.id):
        raise CountChanged
    await service.agree(session, lot, journal.NETWORK, by="link")
    return lot


async def open_link(session: AsyncReadSession, lot_id: UUID, principal: Principal) -> Link | None:
    """The newest link that opens this lot's count."""
    found = await LinkRepository.from_session(session).of(donors_of(principal), COUNT_LINK, lot_id, 1)
    return found[0] if found and found[0].state is LinkState.OPEN else None


async def revoke(session: AsyncSession, lot_id: UUID, principal: Principal) -> Lot:
    """Let the links in letters about this lot open nothing any more. Raises LotNotFound."""
    lot = await _found(session, lot_id, principal)
    if await LinkRepository.from_session(session).revoke_all(donors_of(principal), COUNT_LINK, lot_id):
        await journal.note(session, principal, "lot", lot_id, "count-links-revoked", {"lot": lot.code})
    return lot


async def ask_again(session: AsyncSession, lot_id: UUID, principal: Principal) -> Lot:
    """Another letter with another link: the first one expired, or was lost.

    Raises LotNotFound, NotCounted, AlreadyAgreed, AskedLately.
    """
    lot = await _found(session, lot_id, principal)
    if lot.status != "reconciled":
        raise NotCounted
    if lot.confirmed_at is not None:
        raise AlreadyAgreed
    links = LinkRepository.from_session(session)
    newest = await links.of(donors_of(principal), COUNT_LINK, lot_id, 1)
    if newest and newest[0].state is LinkState.OPEN and newest[0].created_at > now() - PAUSE:
        raise AskedLately
    await links.revoke_all(donors_of(principal), COUNT_LINK, lot_id)
    said = Counted(
        *(lot.id, lot.donor_id, lot.code, lot.donation_reference, lot.devices, lot.missing, lot.surplus, None)
    )
    await news.counted(session, [said])
    await journal.note(session, principal, "lot", lot_id, "count-asked", {"lot": lot.code})
    return lot


async def _found(session: AsyncSession, lot_id: UUID, principal: Principal) -> Lot:
    lot = await LotRepository.from_session(session).get_for_update(donors_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    return lot


async def _lot_of(session: AsyncReadSession, signer: LinkSigner, token: str) -> UUID:
    link_id = signer.read(token)
    link = await LinkRepository.from_session(session).get(COUNT_LINK, link_id) if link_id is not None else None
    if link is None or link.state is not LinkState.OPEN:
        raise CountLinkClosed
    return link.subject_id
