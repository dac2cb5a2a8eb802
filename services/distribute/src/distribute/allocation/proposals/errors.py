"""What the proposals slice refuses."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from distribute.allocation.proposals.status import ProposalStatus


class ProposalNotFound(NotFound):
    title = "Cette proposition d'attribution n'existe pas."


class ProposalNotComputed(Conflict):
    title = "Cette proposition n'est pas calculée."

    def __init__(self, number: int, status: ProposalStatus) -> None:
        sentences = {
            ProposalStatus.CANCELLED: f"La proposition n° {number} a été abandonnée avant d'être calculée.",
            ProposalStatus.FAILED: f"Le calcul de la proposition n° {number} a échoué : préparez-en une autre.",
        }
        super().__init__(
            sentences.get(status, f"La proposition n° {number} n'est pas encore calculée. Attendez la fin du calcul.")
        )


class ProposalNotReady(Conflict):
    title = "Cette proposition n'est pas à approuver."

    def __init__(self, status: ProposalStatus) -> None:
        super().__init__(f"Cette proposition n'est pas à approuver : {status.label_fr.lower()}.")


class RuleNotInForce(Conflict):
    title = "Cette proposition suit une règle qui n'est pas en vigueur."

    def __init__(self, rule: str, in_force: str) -> None:
        super().__init__(
            f"Cette proposition suit la règle {rule} ; la règle en vigueur est {in_force}. Une simulation se compare,"
            " elle ne s'approuve pas : préparez une proposition sous la règle en vigueur."
        )


class ProposalIsOver(Conflict):
    title = "Cette proposition ne s'abandonne plus."

    def __init__(self, status: ProposalStatus) -> None:
        super().__init__(f"Cette proposition ne s'abandonne plus : {status.label_fr.lower()}.")


class LineNotInProposal(NotFound):
    title = "Cette ligne n'est pas dans la proposition."


class MoreThanWanted(Unprocessable):
    title = "Plus que ce que la ligne attend."

    def __init__(self, wanted: int) -> None:
        sentence = f"La ligne attend {wanted} équipements au plus."
        super().__init__(sentence, errors=[FieldError("given", sentence)])


class UnknownPolicy(Unprocessable):
    title = "Cette politique d'attribution n'existe pas."

    def __init__(self, known: list[str]) -> None:
        sentence = f"Cette politique n'existe pas. Il y a : {', '.join(known)}."
        super().__init__(sentence, errors=[FieldError("policy", sentence)])


class NothingElseFree(Unprocessable):
    title = "Rien d'autre n'est libre pour cette ligne."

    def __init__(self, most: int) -> None:
        sentence = (
            f"{most} au plus : rien d'autre de ce que la ligne accepte n'est libre. Pour lui en donner davantage,"
            " donnez d'abord moins à une autre ligne."
        )
        super().__init__(sentence, errors=[FieldError("given", sentence)])


class TakenByAChange(Conflict):
    title = "Une autre ligne modifiée à la main en aurait besoin."

    def __init__(self, reference: str, relais: str, given: int, left: int) -> None:
        super().__init__(
            f"La commande {reference} ({relais}) n'aurait plus que {left} des {given} équipements que vous lui avez"
            " donnés à la main. Modifiez d'abord cette ligne-là."
        )


class NotProvedAnyMore(Conflict):
    title = "La preuve n'est pas valable : ce qui est gardé n'est pas ce qui a été calculé. Prévenez l'exploitation."


class ProofInProgress(Conflict):
    title = "Une autre preuve est en cours. Réessayez dans quelques secondes."


class RuleNotFound(NotFound):
    title = "Cette règle n'est pas, ou plus, publiée. Voyez celles qui le sont, à partir de « Comment c'est décidé »."
