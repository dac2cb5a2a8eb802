"""What the after-sale slice refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from distribute.handovers.errors import (
    IsRecalled,
    KeptForACase,
    MustBeWiped,
    NotDeliveredYet,
    NotInYourStock,
    SoldByAnotherTill,
    UndoIsTheLeads,
)


class CaseNotFound(NotFound):
    title = "Ce dossier n'existe pas, ou n'est pas le vôtre."


class NotHandedOver(NotFound):
    title = "Aucune remise de votre structure ne porte cette étiquette ou ce numéro de reçu."


class AlreadyBroughtBack(Conflict):
    title = "Cet équipement a déjà été rapporté : ouvrez son dossier."


class CaseSettled(Conflict):
    title = "Ce dossier est déjà réglé."


class CaseStillMoves(Conflict):
    title = "Un équipement est en route pour ce dossier : attendez-le, puis réglez le dossier."


class AlreadyAsked(Conflict):
    title = "Un équipement du réseau est déjà demandé pour ce dossier."


class NotToRepay(Unprocessable):
    title = "Vous ne pouvez pas rembourser plus que ce qui a été payé."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("refund_cents", self.title)])


class OutsideTheGuarantee(Unprocessable):
    title = "Ce n'est pas sous garantie : rien ne vous oblige à rembourser. Cochez la case pour le faire quand même."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("confirmed", self.title)])


class NothingToPay(Unprocessable):
    title = "Seule une réparation hors garantie se paie, et jamais plus cher que l'équipement lui-même."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("person_cents", self.title)])


class HowPaid(Unprocessable):
    title = "Dites comment c'est payé."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field, self.title)])


class NotTheirsToPay(Unprocessable):
    title = "Sous garantie, c'est le réseau ou l'atelier qui paie."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("payer", self.title)])


class AlreadySent(Conflict):
    title = "Ce retour est déjà parti."


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


SETTLING = (
    WhichInstead,
    DoesNotReplace,
    NotInYourStock,
    NotDeliveredYet,
    IsRecalled,
    MustBeWiped,
    KeptForACase,
    NothingPaid,
    NotToRepay,
    OutsideTheGuarantee,
    SoldByAnotherTill,
    UndoIsTheLeads,
)
"""What a case may be refused where it is settled, at once or later."""
