"""What the orders slice refuses."""

from filiere.web import Conflict, NotFound, Unprocessable

from distribute.orders.models import OrderStatus


class OrderNotFound(NotFound):
    title = "Cette commande n'existe pas, ou n'est pas la vôtre."


class OrderInTheWay(Conflict):
    """The order's stage forbids the action."""

    title = "L'état de la commande ne le permet pas."

    def __init__(self, reference: str, status: OrderStatus, action: str) -> None:
        super().__init__(f"La commande {reference} est « {status.label_fr.lower()} » : {action}.")


class EmptyOrder(Unprocessable):
    title = "Choisissez au moins un équipement."
