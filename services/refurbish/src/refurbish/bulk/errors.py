"""What a bulk refuses; of a single device, what its own rules refuse."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from refurbish.devices.device import Device


class BulkNotFound(NotFound):
    def __init__(self, bulk_id: UUID) -> None:
        super().__init__(f"L'aperçu {bulk_id} n'existe pas, ou n'est pas de ton atelier.")


class NothingChosen(Unprocessable):
    title = "Aucun équipement de ton atelier n'est choisi."

    def __init__(self, *, named: bool = False) -> None:
        """`named`: texts were given, and none of them is a device of the workshop."""
        sentence = "Coche des équipements, ou écris leurs étiquettes, une par ligne."
        if named:
            sentence = "Aucune de ces lignes ne désigne un équipement de ton atelier. Relis-les, ou coche-les."
        super().__init__(sentence, errors=[FieldError("texts", sentence)])


class TooManyChosen(Unprocessable):
    title = "C'est trop à la fois."

    def __init__(self, most: int) -> None:
        sentence = f"Choisis au plus {most} équipements à la fois."
        super().__init__(sentence, errors=[FieldError("texts", sentence)])


class ReasonNeeded(Unprocessable):
    title = "Il faut une raison de la liste."

    def __init__(self) -> None:
        sentence = "Choisis une raison de la liste."
        super().__init__(sentence, errors=[FieldError("reason", sentence)])


class SameMachine(Conflict):
    """Reopened it would be a machine of its own again: somebody says so of this one, not of a list."""

    title = "C'est la même machine qu'une autre : rouvre-la seule."

    def __init__(self, device: Device) -> None:
        super().__init__(f"{device.label} a été déclaré deux fois. Si c'en est une autre, rouvre-la depuis sa page.")


class DiskToDeclare(Conflict):
    """An inventory saw a disk that nobody declared: somebody looks, with the device in hand."""

    title = "Un audit y voit un disque à déclarer : reprends-le seul."

    def __init__(self, device: Device) -> None:
        super().__init__(f"{device.label} : un audit y voit un disque à déclarer. Reprends-le seul, depuis sa page.")
