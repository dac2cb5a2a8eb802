"""What collect reads of a Relais: where its agreement stands, and what is a sign of life."""

from datetime import date
from uuid import UUID

from filiere.events import Incoming


class RelaisChanged(Incoming, type="org.filiere.distribute.relais-changed.v1"):
    """A Relais and where its agreement stands."""

    relais_id: UUID
    name: str
    city: str
    territory: str
    agreement: str
    since: date


class Heard(Incoming):
    """What a Relais does by itself; what does not say whose it is tells nothing here."""

    relais_id: UUID | None = None


class OrderPlaced(Heard, type="org.filiere.distribute.order-placed.v1"):
    """It orders."""


class DeviceDelivered(Heard, type="org.filiere.distribute.device-delivered.v1"):
    """It receives."""


class DeviceHandedOver(Heard, type="org.filiere.distribute.device-handed-over.v1"):
    """It hands over."""
