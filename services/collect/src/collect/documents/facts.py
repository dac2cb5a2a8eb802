"""All that documents say of a donation, as it is at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from filiere.database import EVERYBODY, AsyncReadSession

from collect.devices.few import Reuse
from collect.devices.impact import impact_of_donation
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceOut, ImpactOut, Thread
from collect.documents.valuation import Beneficiary, Valuation
from collect.documents.valuation_repository import ValuationRepository
from collect.donations.donation import Donation
from collect.donations.repository import DonationRepository
from collect.donors.repository import DonorRepository
from collect.donors.schemas import DonorOut
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository

MOST_DEVICES = 10_000
"""Devices of one document: 9 s and 800 MB of its own process."""


@dataclass(frozen=True, slots=True)
class DonationFacts:
    """A donation with its donor, devices in the order of their making, lots and impact."""

    donation: Donation
    donor: DonorOut
    thread: Thread
    devices: Sequence[DeviceOut]
    lots: Sequence[Lot]
    impact: ImpactOut | None
    told_impact: ImpactOut | None
    """Without the categories that fewer than five people have: what a link may open."""
    valuation: Valuation | None
    beneficiary: Beneficiary


@dataclass(frozen=True, slots=True)
class LotFacts:
    """One lot with its donor and devices."""

    lot: Lot
    donor: DonorOut
    devices: Sequence[DeviceOut]


async def facts_of_lot(session: AsyncReadSession, lot_id: UUID) -> LotFacts:
    """For a certificate that somebody asked for who may see the lot."""
    lot = await LotRepository.from_session(session).get(EVERYBODY, lot_id)
    assert lot is not None  # nothing deletes a lot
    donor = await DonorRepository.from_session(session).get(EVERYBODY, lot.donor_id)
    assert donor is not None
    found = DeviceRepository.from_session(session).each(EVERYBODY, donation_id=lot.donation_id, lot_id=lot_id)
    return LotFacts(lot, donor, [device async for device in found])


async def facts_of(session: AsyncReadSession, donation_id: UUID, beneficiary: Beneficiary) -> DonationFacts:
    """For a document that somebody asked for who may see the donation. All in one snapshot when the session has one."""
    devices = DeviceRepository.from_session(session)
    donation = await DonationRepository.from_session(session).get(EVERYBODY, donation_id)
    assert donation is not None  # nothing deletes an accepted donation
    donor = await DonorRepository.from_session(session).get(EVERYBODY, donation.donor_id)
    assert donor is not None
    impact = await impact_of_donation(session, EVERYBODY, donation_id)
    listed = [device async for device in devices.each(EVERYBODY, donation_id=donation_id)]
    hidden = Reuse.of(listed).hidden
    told = await impact_of_donation(session, EVERYBODY, donation_id, hidden) if hidden else impact
    return DonationFacts(
        donation=donation,
        donor=donor,
        thread=await devices.thread(EVERYBODY, donation_id, donation.declared),
        devices=listed,
        lots=(await LotRepository.from_session(session).listing(EVERYBODY, donation_id=donation_id)).rows,
        impact=impact if impact.reused else None,
        told_impact=told if told.reused else None,
        valuation=await ValuationRepository.from_session(session).get(EVERYBODY, donation_id),
        beneficiary=beneficiary,
    )
