"""What printing refuses."""

from filiere.web import Conflict, Unavailable

from refurbish.devices.device import Device


class NotGraded(Conflict):
    title = "Cet équipement n'est pas classé : il n'a pas encore d'étiquette de catégorie."

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"L'équipement {device.label} est « {device.stage.label_fr.lower()} ».", stage=device.stage.value
        )


class CannotPrint(Unavailable):
    title = "Le document n'a pas pu être préparé. Recommence dans un instant."
