"""Find the device of an address, or those of a parcel."""

from uuid import UUID

from filiere.database import AsyncReadSession
from filiere.web import Principal

from distribute.instructions.errors import NothingToPrint
from distribute.instructions.instructions import Described
from distribute.instructions.repository import InstructionsRepository
from distribute.shipments import service as shipments
from distribute.shipments.schemas import ShipmentOut
from distribute.stock.errors import DeviceNotFound
from distribute.tenancy import relais_of, workshops_of


async def of_own(session: AsyncReadSession, principal: Principal, device_id: UUID) -> Described:
    """A device that the caller may see, once it has left for a Relais. Raises DeviceNotFound."""
    found = await InstructionsRepository.from_session(session).of_own(
        relais_of(principal), workshops_of(principal), device_id
    )
    if found is None:
        raise DeviceNotFound
    return found


async def of_parcel(
    session: AsyncReadSession, principal: Principal, shipment_id: UUID
) -> tuple[ShipmentOut, dict[UUID, Described]]:
    """The devices of a shipment that the caller may see. Raises ShipmentNotFound, NothingToPrint."""
    shipment = await shipments.get(session, principal, shipment_id)
    devices = [item.device_id for item in shipment.items]
    found = await InstructionsRepository.from_session(session).of_devices(devices)
    if not found:
        raise NothingToPrint
    return shipment, found
