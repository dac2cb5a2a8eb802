"""What the devices of a donation that found a new owner avoid, by ADEME's method of today."""

from collections.abc import Collection
from uuid import UUID

from filiere.calendar import today
from filiere.database import AsyncReadSession, Scope

from collect.devices.repository import DeviceRepository
from collect.devices.schemas import ImpactOut


async def impact_of_donation(
    session: AsyncReadSession, scope: Scope, donation_id: UUID, hidden: Collection[str] = ()
) -> ImpactOut:
    """As the devices are now, with the insertion work that workshops have told of; without the categories `hidden`."""
    devices = DeviceRepository.from_session(session)
    reused = await devices.reused(scope, donation_id)
    work, new_parts = await devices.work_on(scope, donation_id, hidden), await devices.new_parts(scope, donation_id)
    if hidden:
        reused = {category: count for category, count in reused.items() if category not in hidden}
        new_parts = {key: count for key, count in new_parts.items() if key[0] not in hidden}
    return ImpactOut.of(reused, today(), work, new_parts)
