"""What a verification is refused for."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class ErasureNotFound(NotFound):
    def __init__(self, erasure_id: UUID) -> None:
        super().__init__(f"Aucun effacement {erasure_id} ici.")


class NothingToVerify(Conflict):
    """It was answered already, failed, or another attempt came after it."""

    title = "Cet effacement n'attend plus de vérification."


class OwnErasure(Unprocessable):
    title = "C'est toi qui as effacé : demande à un collègue."


class ReasonMissing(Unprocessable):
    title = "Dis pourquoi tu refuses."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("reason", self.title)])
