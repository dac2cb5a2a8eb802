"""What donations' requests can be refused for."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from collect.donations.limits import MAX_DEVICES, TOO_MANY
from collect.donations.status import FROM, DonationStatus, Step


class DonationNotFound(NotFound):
    title = "Ce don n'existe pas, ou n'est pas le vôtre."

    def __init__(self, donation_id: UUID) -> None:
        super().__init__(donation_id=str(donation_id))


class DonationNotInState(Conflict):
    """The step does not start from the donation's present state."""

    title = "L'état du don ne le permet pas."

    def __init__(self, reference: str, status: DonationStatus, step: Step) -> None:
        if step.infinitive_fr == status.label_fr:
            super().__init__(f"Le don {reference} est déjà {status.label_fr}.", status_now=status.value)
            return
        allowed = " ou ".join(f"« {one.label_fr} »" for one in DonationStatus if one in FROM[step])
        super().__init__(
            f"Le don {reference} est « {status.label_fr} » : il ne peut pas être {step.infinitive_fr}. "
            f"Il faudrait qu'il soit {allowed}.",
            status_now=status.value,
        )


class BeingAccepted(Conflict):
    """The worker is at it."""

    title = "Ce don est en cours d'acceptation : ses étiquettes se préparent."


class DonorToConfirm(Conflict):
    title = "Cette entreprise s'est inscrite elle-même : confirmez d'abord qui elle est, sur sa fiche."


class NothingAcceptable(Conflict):
    title = "Aucun équipement de ce don ne peut être accepté."

    def __init__(self, reference: str, why: str) -> None:
        super().__init__(f"Le don {reference} : {why} Vous pouvez le décliner en donnant la raison.")


class NothingToSend(Conflict):
    title = "Aucune ligne n'est acceptée : il n'y a rien à envoyer. Corrigez ou ajoutez des lignes."


class TooManyDevices(Unprocessable):
    title = "Ce don est trop grand."

    def __init__(self, devices: int) -> None:
        super().__init__(TOO_MANY.format(devices=devices, most=MAX_DEVICES))


class LineUnknown(Unprocessable):
    title = "Cette ligne n'existe pas dans le don."

    def __init__(self, lines: list[int]) -> None:
        named = ", ".join(str(line) for line in lines[:10])
        super().__init__(f"Lignes inconnues : {named}.", errors=[FieldError("refuse", self.title)])


class LineNotAcceptable(Unprocessable):
    """A device that is declared twice would be made twice; one without a category has no workshop."""

    title = "Cette ligne ne peut pas être acceptée : elle double une autre, ou son équipement n'est pas reconnu."

    def __init__(self, lines: list[int]) -> None:
        named = ", ".join(str(line) for line in lines[:10])
        super().__init__(f"{self.title} (lignes {named})", errors=[FieldError("accept", self.title)])
