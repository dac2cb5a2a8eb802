"""What the stock of parts refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from refurbish.devices.device import Device


class PartNotFound(NotFound):
    title = "Cette pièce n'existe pas, ou n'est pas dans ton atelier."


class NoPartLeft(Conflict):
    title = "Il n'y a plus assez de cette pièce."

    def __init__(self, left: int) -> None:
        super().__init__(left=left, errors=[FieldError("part_id", f"Il en reste {left}.")])


class NotForParts(Conflict):
    """Only what will not be reused is taken apart."""

    title = "On ne prend de pièces que sur un équipement retiré."

    def __init__(self, device: Device) -> None:
        super().__init__(f"{device.label} n'est pas retiré. Retire-le d'abord.", stage=device.stage.value)


class DiskKeepsData(Conflict):
    """A disk leaves a device only when nothing of a former user is on it."""

    title = "Ce disque garde peut-être des données : efface-le d'abord."

    def __init__(self, device: Device) -> None:
        super().__init__(f"Les disques de {device.label} ne sont pas tous effacés. Efface-les d'abord.")


class DestroyedDisk(Conflict):
    title = "Ce disque est détruit : il ne sert plus."


class WhichWorkshop(Unprocessable):
    title = "Dis pour quel atelier."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("workshop_id", self.title)])
