"""Why a batch has to be sent again."""

from filiere.web import Conflict


class WorkshopNotHeardOf(Conflict):
    title = "Un atelier de ce lot n'est pas encore connu de la collecte."

    def __init__(self) -> None:
        super().__init__("Inscrivez d'abord l'atelier ; s'il vient de l'être, renvoyez le lot dans une seconde.")
