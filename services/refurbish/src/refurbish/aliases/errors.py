"""What aliases refuse."""

from filiere.web import Conflict, Unprocessable


class NotAnIdentifier(Unprocessable):
    title = "Ceci n'identifie pas un équipement."


class AliasTaken(Conflict):
    title = "Un autre équipement porte déjà ce numéro."

    def __init__(self, value: str, label: str) -> None:
        super().__init__(f"{value} est déjà un numéro de {label}.")


class TooManyAliases(Unprocessable):
    title = "Cet équipement a déjà beaucoup de numéros."

    def __init__(self, most: int) -> None:
        super().__init__(f"Un équipement a au plus {most} numéros.")
