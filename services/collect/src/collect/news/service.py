"""Write the letters, what donors' tools get, and what the journal keeps of events.

Each is called in the transaction of what it tells of.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from filiere import journal
from filiere.database import AsyncSession
from filiere.links.repository import LinkRepository
from filiere.mail import Letter, MailKind, post

from collect.news.kinds import (
    ACCEPTED,
    CANCELLED_BY_DONOR,
    CANCELLED_BY_NETWORK,
    CLOSED,
    CONFIRMED,
    COUNT,
    COUNT_LINK,
    COUNTED,
    DECLARED,
    DECLINED,
    DONATION,
    DONOR,
    JOIN,
    JOINED,
    PICKUP,
    REFUSED,
    REOPENED,
    WITHDRAWN,
    WORD_TO_DONOR,
    WORD_TO_NETWORK,
)
from collect.news.repository import Counted, NewsRepository
from collect.webhooks.kinds import WebhookKind
from collect.webhooks.service import Happening, tell

COUNT_LIFETIME = timedelta(days=60)
"""How long a donor's people may agree with a count by the link in their letter."""


async def declared(session: AsyncSession, donation_id: UUID, reference: str, donor_id: UUID, devices: int) -> None:
    """To the coordination: a donation waits for an answer."""
    news = NewsRepository.from_session(session)
    data = {"reference": reference, "donor": await news.donor_name(donor_id), "devices": devices}
    letters = [
        Letter(address, DECLARED, data, DONATION.format(donation_id=donation_id))
        for address in await news.coordination()
    ]
    await post(session, letters)


async def joined(session: AsyncSession, donor_id: UUID, name: str) -> None:
    """To the coordination: a company registered itself."""
    news = NewsRepository.from_session(session)
    page = DONOR.format(donor_id=donor_id)
    await post(session, [Letter(one, JOINED, {"donor": name}, page) for one in await news.coordination()])


async def confirmed(session: AsyncSession, donor_id: UUID) -> None:
    """To the donor's people: the coordination knows who they are."""
    news = NewsRepository.from_session(session)
    data, page = {"donor": await news.donor_name(donor_id)}, DONOR.format(donor_id=donor_id)
    await post(session, [Letter(one.address, CONFIRMED, data, page) for one in await news.people_of([donor_id])])


async def refused(session: AsyncSession, donor_id: UUID, siren: str, reason: str) -> None:
    """To who registered a company: the coordination refuses, and why. Written while they still act for it."""
    news = NewsRepository.from_session(session)
    data = {"donor": await news.donor_name(donor_id), "siren": siren, "reason": reason}
    await post(session, [Letter(one.address, REFUSED, data, JOIN) for one in await news.people_of([donor_id])])


async def reopened(session: AsyncSession, donor_id: UUID, reason: str) -> None:
    """To who registered a company: the coordination takes its refusal back. Written once they act for it again."""
    news = NewsRepository.from_session(session)
    data = {"donor": await news.donor_name(donor_id), "reason": reason}
    page = DONOR.format(donor_id=donor_id)
    await post(session, [Letter(one.address, REOPENED, data, page) for one in await news.people_of([donor_id])])


async def accepted(
    session: AsyncSession,
    donation_id: UUID,
    reference: str,
    donor_id: UUID,
    count: int,
    refusals: Sequence[tuple[str, int]],
) -> None:
    """To the donor's people: so many devices are accepted; `refusals` are (reason, devices)."""
    data = {
        "reference": reference,
        "accepted": count,
        "refused": sum(devices for _, devices in refusals),
        "refusals": [{"reason": reason, "devices": devices} for reason, devices in refusals],
    }
    await _to_donor(session, donor_id, ACCEPTED, donation_id, data)
    await _to_tools(session, donor_id, WebhookKind.ACCEPTED, donation_id, data)


async def declined(session: AsyncSession, donation_id: UUID, reference: str, donor_id: UUID, reason: str) -> None:
    data = {"reference": reference, "reason": reason}
    await _to_donor(session, donor_id, DECLINED, donation_id, data)
    await _to_tools(session, donor_id, WebhookKind.DECLINED, donation_id, data)


async def withdrawn(session: AsyncSession, donation_id: UUID, reference: str, donor_id: UUID) -> None:
    """To the coordination: it need not answer any more."""
    news = NewsRepository.from_session(session)
    data, page = (
        {"reference": reference, "donor": await news.donor_name(donor_id)},
        DONATION.format(donation_id=donation_id),
    )
    await post(session, [Letter(address, WITHDRAWN, data, page) for address in await news.coordination()])


async def cancelled(
    session: AsyncSession,
    donation_id: UUID,
    reference: str,
    donor_id: UUID,
    *,
    devices: int,
    reason: str,
    by_donor: bool,
) -> None:
    """To the other side, with the reason; to the donor's tools whoever it was."""
    news = NewsRepository.from_session(session)
    data = {"reference": reference, "devices": devices, "reason": reason}
    if by_donor:
        data["who"], page = await news.donor_name(donor_id), DONATION.format(donation_id=donation_id)
        await post(session, [Letter(one, CANCELLED_BY_DONOR, data, page) for one in await news.coordination()])
    else:
        await _to_donor(session, donor_id, CANCELLED_BY_NETWORK, donation_id, data | {"who": "La coordination"})
    told = {"reference": reference, "devices": devices, "reason": reason, "by": "donor" if by_donor else "network"}
    await _to_tools(session, donor_id, WebhookKind.CANCELLED, donation_id, told)


async def pickup(
    session: AsyncSession,
    donation_id: UUID,
    reference: str,
    donor_id: UUID,
    *,
    on: date,
    before: date | None,
    site_id: UUID,
    packing: Sequence[str],
    packing_en: Sequence[str],
) -> None:
    """To the donor's people: the day and place, or that they changed, and what to prepare."""
    place = await NewsRepository.from_session(session).site(site_id)
    data = {
        "reference": reference,
        "on": on.isoformat(),
        "before": before.isoformat() if before is not None and before != on else None,
        "place": place,
    }
    prepared = {"packing": list(packing), "packing_en": list(packing_en)}
    await _to_donor(session, donor_id, PICKUP, donation_id, data | prepared)
    await _to_tools(session, donor_id, WebhookKind.PICKUP, donation_id, data)


async def word(session: AsyncSession, donation_id: UUID, reference: str, donor_id: UUID, *, to_donor: bool) -> None:
    """To the other side: somebody wrote. The words themselves stay on the page."""
    news = NewsRepository.from_session(session)
    if to_donor:
        data = {"reference": reference, "who": "La coordination"}
        await _to_donor(session, donor_id, WORD_TO_DONOR, donation_id, data)
        return
    data = {"reference": reference, "who": await news.donor_name(donor_id)}
    page = DONATION.format(donation_id=donation_id)
    await post(session, [Letter(address, WORD_TO_NETWORK, data, page) for address in await news.coordination()])


async def moved(session: AsyncSession, received: Sequence[UUID], closed: Sequence[UUID]) -> None:
    """To donors' people, of donations that events brought to *received* or *closed*; of each once."""
    ids = [*received, *closed]
    if not ids:
        return
    notes = [
        journal.Note("donation", donation, verb)
        for verb, which in (("received", received), ("closed", closed))
        for donation in which
    ]
    await journal.note_all(session, journal.NETWORK, notes)
    news = NewsRepository.from_session(session)
    told = await news.told(ids)
    people = await _people(news, [one.donor_id for one in told])
    ended = frozenset(closed)
    letters = [
        Letter(
            address, CLOSED, one.data, DONATION.format(donation_id=one.donation_id), f"{CLOSED.name}:{one.donation_id}"
        )
        for one in told
        if one.donation_id in ended
        for address in people.get(one.donor_id, [])
    ]
    await post(session, letters)
    happenings = [
        Happening(one.donor_id, kind, {"donation_id": str(one.donation_id), **one.data})
        for kind, which in ((WebhookKind.RECEIVED, frozenset(received)), (WebhookKind.CLOSED, ended))
        for one in told
        if one.donation_id in which
    ]
    await tell(session, happenings)


async def counted(session: AsyncSession, counts: Sequence[Counted]) -> None:
    """To donors' people: a workshop's count that they have not agreed with, each with a link to do so."""
    if not counts:
        return
    news = NewsRepository.from_session(session)
    people = await _people(news, [one.donor_id for one in counts])
    links = await LinkRepository.from_session(session).make_each(
        COUNT_LINK, [(one.donor_id, one.lot_id) for one in counts], COUNT_LIFETIME
    )
    link_to = {link.subject_id: link for link in links}
    letters = [
        Letter(address, COUNTED, one.data, COUNT.format(count_token=link_to[one.lot_id].id))
        for one in counts
        for address in people.get(one.donor_id, [])
    ]
    await post(session, letters)


async def _people(news: NewsRepository, donors: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Donor → addresses."""
    people: dict[UUID, list[str]] = {}
    for one in await news.people_of(sorted(set(donors))):
        people.setdefault(one.donor_id, []).append(one.address)
    return people


async def _to_tools(
    session: AsyncSession, donor_id: UUID, kind: WebhookKind, donation_id: UUID, data: Mapping[str, Any]
) -> None:
    await tell(session, [Happening(donor_id, kind, {"donation_id": str(donation_id), **data})])


async def _to_donor(
    session: AsyncSession, donor_id: UUID, kind: MailKind, donation_id: UUID, data: Mapping[str, Any]
) -> None:
    people = await NewsRepository.from_session(session).people_of([donor_id])
    page = DONATION.format(donation_id=donation_id)
    await post(session, [Letter(one.address, kind, data, page) for one in people])
