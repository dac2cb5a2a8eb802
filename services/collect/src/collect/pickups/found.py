"""A device that was missing turns up at the donor's: said by the donor, fetched by the coordination."""

from uuid import UUID

from filiere import journal, outbox
from filiere.database import AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from collect.devices.errors import DeviceNotFound
from collect.devices.projection.repository import ProjectionRepository
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceLine
from collect.devices.stage import Stage
from collect.devices.words import line_of
from collect.donations.service import JOURNAL, get_for_update
from collect.donations.status import Step
from collect.lots.events import LotCollected
from collect.lots.repository import LotRepository
from collect.pickups.errors import NothingFound, NotMissing
from collect.pickups.schemas import CollectedOut
from collect.tenancy import donors_of


async def found(session: AsyncSession, device_id: UUID, principal: Principal, *, is_there: bool) -> DeviceLine:
    """The missing device is at the donor's, or (`is_there` False) it was another one. Saying it twice changes nothing.

    Raises DeviceNotFound, NotMissing.
    """
    devices = DeviceRepository.from_session(session)
    device = await devices.get_for_update(donors_of(principal), device_id)
    if device is None:
        raise DeviceNotFound(device_id)
    if device.stage is not Stage.MISSING:
        raise NotMissing(device.label)
    await devices.found(device_id, is_there=is_there)
    verb = "found" if is_there else "not-found"
    await journal.note(session, principal, JOURNAL, device.donation_id, verb, {"label": device.label})
    again = await devices.get(donors_of(principal), device_id)
    assert again is not None  # locked
    return line_of(again)


async def collect_found(session: AsyncSession, donation_id: UUID, principal: Principal) -> CollectedOut:
    """What was missing at the pickup and has been found since becomes a lot of its own.

    What a workshop did not find stays in its lot: brought to that workshop and scanned there, it heals the count.
    Raises DonationNotFound, DonationNotInState, NothingFound.
    """
    donation = await get_for_update(session, donation_id, principal, Step.COLLECT_FOUND)
    devices = DeviceRepository.from_session(session)
    count = await devices.found_at_donor(donation.id)
    if not count:
        raise NothingFound(donation.reference)
    lot_id = uuid7()
    code = await LotRepository.from_session(session).seal(
        lot_id, donation.id, donation.donor_id, count, public_body=donation.public_body
    )
    await devices.collect_found(donation.id, lot_id)
    details = {"devices": count, "missing": 0, "lot": code}
    await journal.note(session, principal, JOURNAL, donation.id, "collected", details)
    # A donation that had come to its end has not any more.
    await ProjectionRepository.from_session(session).settle([donation.id])
    await outbox.append(session, [LotCollected(lot_id=lot_id, code=code, donation_id=donation.id, devices=count)])
    return CollectedOut(
        id=donation.id,
        reference=donation.reference,
        status=donation.status,
        lots=[lot_id],
        devices=count,
        missing=[],
    )
