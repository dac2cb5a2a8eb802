"""What a closing refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class NothingToClose(Conflict):
    title = "Rien à clôturer : aucune écriture depuis la dernière clôture."


class DayToCome(Unprocessable):
    title = "Ce jour n'est pas encore arrivé."


class PeriodNotOver(Conflict):
    title = "Cette période n'est pas terminée : elle se clôture le lendemain de son dernier jour."


class AlreadyClosed(Conflict):
    title = "Cette période est déjà clôturée."


class CloseDaysFirst(Conflict):
    title = "Clôturez d'abord les journées de cette période."


class CloseMonthsFirst(Conflict):
    title = "Clôturez d'abord les mois de cette année."


class DifferenceNeedsReason(Unprocessable):
    title = "Il y a une différence : dites pourquoi."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("reason", self.title)])


class MoreLeftThanCounted(Unprocessable):
    title = "Il ne peut pas rester plus d'espèces que vous n'en avez compté."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("left_cents", self.title)])


class NotYourTill(NotFound):
    title = "Cette caisse n'existe pas, ou n'est pas la vôtre."


class WhichTill(Unprocessable):
    title = "Vous avez plusieurs structures : dites laquelle."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("relais_id", self.title)])


class ClosingNotFound(NotFound):
    title = "Cette clôture n'existe pas, ou n'est pas la vôtre."
