"""What a note of the software refuses."""

from filiere.web import Conflict

from refurbish.devices.device import Device


class NoSystem(Conflict):
    title = "Cet équipement n'a pas de système à installer."

    def __init__(self, device: Device) -> None:
        super().__init__(f"{device.label} n'a pas de système à installer.", category=device.category.value)
