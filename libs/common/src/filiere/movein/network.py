"""A network as its old tool says it, checked: what is told to the services, by the names of the old tool."""

from dataclasses import dataclass, field
from uuid import UUID

from filiere.movein.ids import carried_id
from filiere.movein.wire import (
    CarriedDevice,
    CarriedDonor,
    CarriedLot,
    CarriedOrder,
    CarriedPlace,
    CarriedRelais,
    CarriedWork,
    CarriedWorkshop,
)


@dataclass(slots=True)
class Network:
    """Lots name their workshop, places and orders their Relais, by ids that hold until a service says another."""

    source: str
    donors: dict[str, CarriedDonor] = field(default_factory=dict)
    workshops: dict[str, CarriedWorkshop] = field(default_factory=dict)
    relais: dict[str, CarriedRelais] = field(default_factory=dict)
    lots: list[CarriedLot] = field(default_factory=list)
    work: dict[str, CarriedWork] = field(default_factory=dict)
    places: dict[str, CarriedPlace] = field(default_factory=dict)
    orders: list[CarriedOrder] = field(default_factory=list)
    devices: dict[str, CarriedDevice] = field(default_factory=dict)

    def workshop_ids(self) -> dict[str, UUID]:
        """The ids by which lots name workshops, by old name."""
        return {key: carried_id(self.source, "workshop", key) for key in self.workshops}

    def relais_ids(self) -> dict[str, UUID]:
        """The ids by which places and orders name Relais, by old name."""
        return {key: carried_id(self.source, "relais", key) for key in self.relais}
