"""What a verification is refused for."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class ErasureNotFound(NotFound):
    def __init__(self, erasure_id: UUID) -> None:
        super().__init__(f"Aucun effacement {erasure_id} ici.")


class NothingToVerify(Conflict):
    """It was answered already, failed, or another attempt came after it; or the disk was away since, or its device
    with somebody. A word on it that was said counts no more."""

    title = "Cet effacement n'attend plus de vérification."

    def __init__(self) -> None:
        super().__init__(
            "Cet effacement n'attend plus de vérification : un collègue a déjà répondu, ou le disque a été effacé "
            "de nouveau, retiré ou corrigé depuis. Rien n'a changé : ouvre « À vérifier »."
        )


class OwnErasure(Unprocessable):
    title = "C'est toi qui as effacé : demande à un collègue."


class ReasonMissing(Unprocessable):
    title = "Dis pourquoi tu refuses."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("reason", self.title)])
