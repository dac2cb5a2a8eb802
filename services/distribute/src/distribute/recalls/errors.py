"""What the recalls slice refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class RecallNotFound(NotFound):
    title = "Ce rappel n'existe pas, ou ne vous concerne pas."


class NoSuchDevice(Unprocessable):
    title = "Aucun équipement du stock ne porte cette étiquette."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("label", self.title)])


class ModelUnknown(Unprocessable):
    title = "Cet équipement n'a pas de modèle connu : rappelez son lot."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("what", self.title)])


class AlreadyRecalled(Conflict):
    title = "Ce rappel est déjà en cours."


class RecallEnded(Conflict):
    title = "Ce rappel est terminé."


class EndsAtItsWorkshop(Conflict):
    title = "Un disque n'y est pas effacé : ce rappel se termine quand l'atelier a repris l'équipement."


class NotToBringBack(Conflict):
    title = "Cet équipement n'est plus à rapporter."
