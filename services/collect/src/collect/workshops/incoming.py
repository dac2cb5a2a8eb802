"""What collect reads of `refurbish.workshops`."""

from uuid import UUID

from filiere.events import Incoming


class WorkshopCapacity(Incoming, type="org.filiere.refurbish.workshop-capacity-changed.v1"):
    """A workshop, what it can do and how much of it in a week."""

    workshop_id: UUID
    name: str
    city: str
    postcode: str
    capacity: dict[str, int]
    competences: list[str]
