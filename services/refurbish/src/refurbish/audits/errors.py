"""What an inventory is refused for."""

from filiere.web import DomainError, Unprocessable


class UnreadableInventory(Unprocessable):
    title = "Cet inventaire n'est pas lisible."

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Envoie le fichier d'un agent GLPI ou FusionInventory (JSON, XML), ou de `lshw -json`.")


class InventoryTooLarge(DomainError):
    status_code = 413
    title = "Cet inventaire est trop grand : 5 Mo au plus."
