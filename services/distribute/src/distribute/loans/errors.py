"""What the loans slice refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class LoanNotFound(NotFound):
    title = "Ce prêt n'existe pas, ou n'est pas le vôtre."


class NotToLend(Unprocessable):
    title = "Ces équipements ne peuvent pas partir."

    def __init__(self, labels: str) -> None:
        super().__init__(f"Seul ce qui est prêt à distribuer chez vous peut partir. À vérifier : {labels}.")


class NotHere(NotFound):
    title = "Ces équipements ne sont pas dans votre stock."

    def __init__(self, labels: str) -> None:
        super().__init__(f"Ce n'est pas dans votre stock : {labels}.")


class OfTwoRelais(Unprocessable):
    title = "Ces équipements ne sont pas dans la même structure."


class ReturnInThePast(Unprocessable):
    title = "Cette date est passée : choisissez aujourd'hui ou un jour à venir."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("due_on", self.title)])


class NothingToSettle(Unprocessable):
    title = "Cochez ce qui est revenu, donné ou perdu."


class NotInThisLoan(Conflict):
    title = "Un de ces équipements n'est plus dans ce prêt : relisez la page."


class BackAndGiven(Unprocessable):
    title = "Un équipement ne peut pas être à la fois revenu, donné et perdu : choisissez."


class LoanSettled(Conflict):
    title = "Tout est déjà revenu, donné ou perdu : la date de retour ne change plus."


class NotLater(Unprocessable):
    title = "Choisissez un jour après le retour prévu."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("due_on", self.title)])
