"""What aliases refuse."""

from uuid import UUID

from filiere.web import Conflict, NotFound, Unprocessable


class NotAnIdentifier(Unprocessable):
    title = "Ceci n'identifie pas un équipement."


class AliasTaken(Conflict):
    title = "Un autre équipement porte déjà ce numéro."

    def __init__(self, value: str, label: str) -> None:
        super().__init__(f"{value} est déjà un numéro de {label}.")


class AliasNotFound(NotFound):
    def __init__(self, alias_id: UUID) -> None:
        super().__init__(f"Le numéro {alias_id} n'existe pas, ou n'est pas d'un équipement de ton atelier.")


class TooManyAliases(Unprocessable):
    title = "Cet équipement a déjà beaucoup de numéros."

    def __init__(self, most: int) -> None:
        super().__init__(f"Un équipement a au plus {most} numéros.")
