"""What the orders slice refuses."""

from collections.abc import Sequence

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from distribute.statuses import OrderStatus


class OrderNotFound(NotFound):
    title = "Cette commande n'existe pas, ou n'est pas la vôtre."


class OrderInTheWay(Conflict):
    """The order's stage forbids the action."""

    title = "L'état de la commande ne le permet pas."

    def __init__(self, reference: str, status: OrderStatus, action: str) -> None:
        super().__init__(f"La commande {reference} est « {status.label_fr.lower()} » : {action}.")


class LineNotFound(NotFound):
    title = "Cette ligne n'existe pas dans la commande."


class LineIsComplete(Conflict):
    title = "Cette ligne a reçu tout ce qu'elle demandait : elle n'attend plus rien."


class SubstitutePromised(Conflict):
    title = "Un équipement de remplacement que vous n'acceptez plus est déjà promis à cette ligne."


class GradePromised(Conflict):
    title = "Un équipement d'une catégorie plus basse est déjà promis à cette ligne."


class EmptyOrder(Unprocessable):
    title = "Choisissez au moins un équipement."


class LinesToCorrect(Unprocessable):
    """Each error names its line and field: `lines.0.wanted_on`."""

    title = "Une ligne de la commande est à corriger."

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(errors=errors)


class NoteNamesSomebody(Unprocessable):
    title = "Votre mot nomme quelqu'un."

    def __init__(self, sentence: str) -> None:
        super().__init__(errors=[FieldError("note", sentence)])


class UnusualQuantity(LinesToCorrect):
    """More than this Relais ever asks for: a question, answered by `confirmed` on the line."""

    title = "Une quantité sort de l'ordinaire : confirmez-la."


class ReasonMissing(Unprocessable):
    title = "Dites au Relais pourquoi."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("reason", self.title)])


class NotFewer(Unprocessable):
    title = "Une ligne approuvée ne peut que diminuer : pour en recevoir plus, commandez encore."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("quantity", self.title)])


class AlreadyLeft(Conflict):
    """Fewer are asked for than are packed or have left."""

    title = "Ce qui est emballé ou parti ne s'enlève plus de la commande."

    def __init__(self, kept: int) -> None:
        super().__init__(
            f"Ce qui est emballé ou parti ne s'enlève plus de la commande. Quantité la plus basse : {kept}."
        )


class NothingLeftToAsk(Conflict):
    title = "Il ne resterait rien dans la commande : annulez-la plutôt."
