"""What requests about stock can be refused for."""

from filiere.web import NotFound


class DeviceNotFound(NotFound):
    title = "Cet équipement n'existe pas, ou n'est pas le vôtre."

    def __init__(self, label: str | None = None) -> None:
        super().__init__(f"L'équipement {label} n'est pas dans votre stock." if label else None)


class NoPricesYet(NotFound):
    title = "Il n'y avait pas encore de prix ce jour-là."
