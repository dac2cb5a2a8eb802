"""What aliases refuse."""

from filiere.web import Conflict, FieldError, Unprocessable


class NotAnIdentifier(Unprocessable):
    title = "Ceci n'identifie pas un équipement."


class AliasTaken(Conflict):
    title = "Un autre équipement porte déjà ce numéro."

    def __init__(self, value: str, label: str) -> None:
        super().__init__(f"{value} est déjà un numéro de {label}.")


class NoReasonGiven(Unprocessable):
    """An IMEI is who a phone is: it changes as its serial does, with a reason."""

    title = "Dis pourquoi cet IMEI change."

    def __init__(self) -> None:
        super().__init__(
            "Un IMEI dit quel téléphone c'est : choisis la raison.", errors=[FieldError("reason", "Choisis la raison.")]
        )


class TooManyAliases(Unprocessable):
    title = "Cet équipement a déjà beaucoup de numéros."

    def __init__(self, most: int) -> None:
        super().__init__(f"Un équipement a au plus {most} numéros.")
