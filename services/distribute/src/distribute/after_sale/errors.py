"""What the after-sale slice refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class CaseNotFound(NotFound):
    title = "Ce dossier n'existe pas, ou n'est pas le vôtre."


class NotHandedOver(NotFound):
    title = "Aucune remise de votre structure ne porte cette étiquette ou ce numéro de reçu."


class AlreadyBroughtBack(Conflict):
    title = "Cet équipement a déjà été rapporté : ouvrez son dossier."


class CaseSettled(Conflict):
    title = "Ce dossier est déjà réglé."


class WhichInstead(Unprocessable):
    title = "Choisissez l'équipement que vous remettez à la place."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("replacement", self.title)])


class DoesNotReplace(Unprocessable):
    title = "Il faut un équipement de la même sorte, de catégorie égale ou meilleure, reçu par la même structure."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("replacement", self.title)])


class NothingPaid(Unprocessable):
    title = "Ce reçu est à 0 € : il n'y a rien à rembourser."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("way", self.title)])
