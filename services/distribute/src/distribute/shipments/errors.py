"""What the shipments slice refuses."""

from filiere.web import Conflict, NotFound

from distribute.statuses import ShipmentStatus


class ShipmentNotFound(NotFound):
    title = "Cet envoi n'existe pas, ou n'est pas le vôtre."


class NothingToShip(Conflict):
    title = "Rien à envoyer."

    def __init__(self, order: str) -> None:
        super().__init__(f"Aucun équipement n'est réservé pour la commande {order} en attendant un envoi.")


class ShipmentInTheWay(Conflict):
    title = "L'état de l'envoi ne le permet pas."

    def __init__(self, reference: str, status: ShipmentStatus, action: str) -> None:
        super().__init__(f"L'envoi {reference} est « {status.label_fr.lower()} » : {action}.")
