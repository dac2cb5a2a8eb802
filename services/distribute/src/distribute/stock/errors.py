"""What requests about stock can be refused for."""

from filiere.web import Conflict, NotFound


class DeviceNotFound(NotFound):
    title = "Cet équipement n'existe pas, ou n'est pas le vôtre."

    def __init__(self, label: str | None = None) -> None:
        super().__init__(f"L'équipement {label} n'est pas dans votre stock." if label else None)


class NothingToCheck(Conflict):
    title = "Cet équipement n'attend pas d'être revu."


class NoPricesYet(NotFound):
    title = "Il n'y avait pas encore de prix ce jour-là."
