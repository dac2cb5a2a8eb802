"""What a merge refuses beside the rules of the devices."""

from collections.abc import Sequence

from filiere.web import Conflict

from refurbish.devices.device import Device


class DisksOnTheOther(Conflict):
    """Disks that were declared on the row that would go: none of them is lost on the way, wiped or not."""

    title = "Des disques sont déclarés sur l'autre ligne."

    def __init__(self, other: Device, serials: Sequence[str]) -> None:
        super().__init__(
            f"{other.label} porte des disques que celui-ci n'a pas : {', '.join(serials)}. Garde plutôt {other.label}, "
            "ou déclare d'abord ces disques ici."
        )
