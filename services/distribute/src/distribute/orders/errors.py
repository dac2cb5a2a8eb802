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
