"""What dues refuse."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class NothingToInvoice(Conflict):
    title = "Rien à facturer : tout ce qui est dû jusqu'à ce jour est déjà facturé."


class DayNotOver(Unprocessable):
    title = "On facture jusqu'à hier au plus tard : la journée d'aujourd'hui n'est pas finie."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("last", self.title)])


class TermsInThePast(Unprocessable):
    title = "Ces conditions commencent aujourd'hui au plus tôt : ce qui est dû ne change pas après coup."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("from_day", self.title)])


class NoAgreementForDues(Conflict):
    title = "Ce Relais n'a pas de convention signée : ses conditions s'écrivent après la signature."


class InvoiceNotFound(NotFound):
    title = "Cette facture n'existe pas, ou n'est pas la vôtre."


class PaymentNotFound(NotFound):
    title = "Ce paiement n'existe pas."


class PaymentUndone(Conflict):
    title = "Ce paiement est déjà annulé."


class PaidInTheFuture(Unprocessable):
    title = "La date du paiement est dans le futur."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("received_on", self.title)])


class PaymentKeyReused(Conflict):
    title = "Un autre paiement a déjà ce numéro de saisie."


class NotThisInvoice(Unprocessable):
    title = "Cette facture n'est pas une facture ouverte de ce Relais."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("invoice_id", self.title)])


class CarriedNotFound(NotFound):
    title = "Cette dette d'avant n'existe pas."


class AlreadyCorrected(Conflict):
    title = "Cette dette d'avant est déjà corrigée."


class CarriedKeyReused(Conflict):
    title = "Cette saisie est déjà enregistrée, avec autre chose. Corrigez la dette enregistrée si elle est fausse ; si c'en est une autre, enregistrez de nouveau."  # noqa: E501


class NotFromBefore(Unprocessable):
    title = "Une dette d'avant date d'hier au plus tard."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("day", self.title)])


class DueBeforeItsDay(Unprocessable):
    title = "La date limite ne vient pas avant la date de la pièce."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("due_on", self.title)])


class HalfInvoiced(Unprocessable):
    title = "Déjà facturé ? Écrivez la référence et la date limite. Sinon, laissez les deux vides."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field, self.title)])


class CarriedTwice(Unprocessable):
    title = "Cette pièce est déjà reprise pour ce Relais."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("reference", self.title)])
