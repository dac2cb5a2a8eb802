"""What an exit of waste refuses."""

from collections.abc import Sequence
from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class ExitNotFound(NotFound):
    def __init__(self, exit_id: UUID) -> None:
        super().__init__(f"La sortie {exit_id} n'existe pas, ou n'est pas de ton atelier.")


class CannotLeave(Conflict):
    """Some of the devices may not leave as waste; none of them does."""

    title = "Certains équipements ne peuvent pas sortir."

    def __init__(self, labels: Sequence[str]) -> None:
        shown = ", ".join(labels[:10])
        super().__init__(
            f"Pas retirés, déjà sortis, d'un autre atelier, ou avec des données à effacer : {shown}. Rien n'est sorti."
        )


class GoneAsWaste(Conflict):
    title = "Cet équipement est parti au recyclage."

    def __init__(self, label: str) -> None:
        super().__init__(f"{label} est dans une sortie de déchets. Si c'est une erreur, annule d'abord la sortie.")


class LeftInTheFuture(Unprocessable):
    title = "Ce jour n'est pas encore venu."

    def __init__(self) -> None:
        sentence = "Écris le jour où le transporteur est passé."
        super().__init__(sentence, errors=[FieldError("left_on", sentence)])
