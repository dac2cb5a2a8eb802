"""Fetch a donation: set the day, then say what was really there."""

import re
from collections.abc import Sequence
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncSession
from filiere.identifiers import readings, uuid7
from filiere.web import Principal

from collect.devices.repository import DeviceRepository
from collect.donations.events import PickupScheduled
from collect.donations.repository import DonationRepository
from collect.donations.service import JOURNAL, get_for_update
from collect.donations.status import DonationStatus, Step
from collect.donors.errors import SiteUnknown
from collect.lots.events import LotCollected
from collect.lots.repository import LotRepository
from collect.news import service as news
from collect.packing import service as packing
from collect.pickups.errors import LabelsUnknown, NothingCollected, PickupInThePast
from collect.pickups.repository import PickupRepository
from collect.pickups.schemas import CollectedOut, ScheduledOut, SchedulePickup
from collect.pickups.slots import check_days, place_of
from collect.tenancy import donors_of

_BETWEEN = re.compile(r"[\s,;]+")


async def schedule(
    session: AsyncSession, donation_id: UUID, command: SchedulePickup, principal: Principal
) -> ScheduledOut:
    """Set the day and place of the pickup; again for another day.

    Raises DonationNotFound, DonationNotInState, PickupInThePast, DayNeedsWord, SiteUnknown.
    """
    if command.on < today():
        raise PickupInThePast
    donation = await get_for_update(session, donation_id, principal, Step.SCHEDULE)
    site = await place_of(session, donation, principal, command.site_id)
    if command.site_id not in (None, site.id):
        raise SiteUnknown(command.site_id)
    check_days([(command.on, command.word)], site.postcode)
    await DonationRepository.from_session(session).move(
        donation.id, DonationStatus.SCHEDULED, pickup_on=command.on, pickup_site_id=site.id
    )
    await PickupRepository.from_session(session).agree(donation.id, command.part, command.carrier, command.word)
    prepared = await packing.current(session)
    await news.pickup(
        session,
        donation.id,
        donation.reference,
        donation.donor_id,
        on=command.on,
        before=donation.pickup_on,
        site_id=site.id,
        packing=prepared.french,
        packing_en=prepared.english,
    )
    before = donation.pickup_on.isoformat() if donation.pickup_on is not None else None
    days = {"on": command.on.isoformat(), "before": before}
    await journal.note(session, principal, JOURNAL, donation.id, "pickup-scheduled", days)
    await outbox.append(
        session, [PickupScheduled(donation_id=donation.id, reference=donation.reference, pickup_on=command.on)]
    )
    return ScheduledOut(
        id=donation.id,
        reference=donation.reference,
        status=DonationStatus.SCHEDULED,
        pickup_on=command.on,
        pickup_site_id=site.id,
    )


async def collect(
    session: AsyncSession, donation_id: UUID, not_found: Sequence[str], principal: Principal
) -> CollectedOut:
    """Seal what was there into a lot; what was not is missing: told by label, serial, IMEI or inventory number.

    Raises DonationNotFound, DonationNotInState, LabelsUnknown, NothingCollected.
    """
    donation = await get_for_update(session, donation_id, principal, Step.COLLECT)
    devices = DeviceRepository.from_session(session)
    labels = await _labels(devices, donation.id, not_found, principal)
    if len(labels) >= donation.accepted:
        raise NothingCollected
    lot_id = uuid7()
    count = donation.accepted - len(labels)
    code = await LotRepository.from_session(session).seal(
        lot_id, donation.id, donation.donor_id, count, public_body=donation.public_body
    )
    await devices.collect(donation.id, lot_id, labels)
    await DonationRepository.from_session(session).move(donation.id, DonationStatus.COLLECTED, collected_at=True)
    await journal.note(
        session,
        principal,
        JOURNAL,
        donation.id,
        "collected",
        {"devices": count, "missing": len(labels), "lot": code},
    )
    await outbox.append(session, [LotCollected(lot_id=lot_id, code=code, donation_id=donation.id, devices=count)])
    return CollectedOut(
        id=donation.id,
        reference=donation.reference,
        status=DonationStatus.COLLECTED,
        lots=[lot_id],
        devices=count,
        missing=labels,
    )


async def _labels(
    devices: DeviceRepository, donation_id: UUID, texts: Sequence[str], principal: Principal
) -> list[str]:
    """The labels of the donation's devices that these texts name, once each. Raises LabelsUnknown.

    What says which device it is as a label counts so; an inventory number that two devices bear names neither. A text
    with spaces is one number as it is read aloud (49 015420 323751 8), else several beside each other.
    """
    asked = {text: _words(text) for text in texts if text.strip()}
    if not asked:
        return []
    names = {one: _names(one) for text, words in asked.items() for one in (text, *words)}
    every = {name for said in names.values() for name in said}
    known = await devices.named(donors_of(principal), donation_id, sorted(every))

    def of(text: str) -> set[str]:
        labels = next((known[name] for name in names[text] if name in known), set())
        return labels if len(labels) == 1 else set()

    found: set[str] = set()
    unknown: list[str] = []
    for text, words in asked.items():
        # Of several, one that is known tells that they are several: the others are named as what is wrong.
        parts = [text] if of(text) or not any(map(of, words)) else words
        found.update(*map(of, parts))
        unknown += [one.strip()[:40] for one in parts if not of(one)]
    if unknown:
        raise LabelsUnknown(sorted(unknown))
    return sorted(found)


def _words(text: str) -> list[str]:
    """The parts of a text that has several."""
    parts = [part for part in _BETWEEN.split(text) if part]
    return parts if len(parts) > 1 else []


def _names(text: str) -> list[str]:
    """What a device may be called that is meant by this text, the likeliest first."""
    return [*readings(text), " ".join(text.split()).upper()]
