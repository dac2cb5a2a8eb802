"""What an inventory is refused for."""

from filiere.web import Conflict, DomainError, NotFound, Unavailable, Unprocessable


class UnreadableInventory(Unprocessable):
    title = "Cet inventaire n'est pas lisible."

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why} Envoie le fichier d'un agent GLPI ou FusionInventory, de lshw, lsblk, smartctl, inxi, dmidecode,"
            " d'eReuse Workbench ou d'Emmaüs Connect, tel que l'outil l'a écrit."
        )


class InventoryTooLarge(DomainError):
    status_code = 413
    title = "Cet inventaire est trop grand : 5 Mo au plus."


class AuditsAway(Unavailable):
    title = "L'audit n'a pas pu être rangé. Réessaie dans un instant."


class AuditNotFound(NotFound):
    title = "Cet audit n'existe pas, ou n'est pas de cet équipement."


class NothingAsked(Conflict):
    title = "Cet audit n'attend pas de réponse."


class NobodyHasThisSerial(NotFound):
    title = "Aucun équipement de l'atelier n'a ce numéro."

    def __init__(self, serial: str | None) -> None:
        said = f"La machine dit s'appeler {serial}." if serial else "La machine ne dit pas son numéro de série."
        super().__init__(f"{said} Donne l'étiquette collée dessus.", serial=serial)
