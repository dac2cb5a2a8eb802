"""What the exit of a medium is refused for."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from refurbish.devices.device import Medium


class ExitNotFound(NotFound):
    def __init__(self, exit_id: UUID) -> None:
        super().__init__(f"Aucune sortie de disque {exit_id} ici.")


class MediumNotFound(NotFound):
    def __init__(self, serial: str) -> None:
        super().__init__(f"Le disque {serial[:40]} n'est pas dans cet équipement, ou n'y est plus.")


class ExitIsAsked(Conflict):
    """Somebody said so already, and nobody has answered yet."""

    title = "Un collègue doit d'abord répondre : quelqu'un a déjà dit que ce disque est sorti."


class ExitIsAnswered(Conflict):
    title = "C'est déjà fait : quelqu'un a répondu."


class ExitIsTakenBack(Conflict):
    title = "C'était une erreur : ton collègue a repris ce qu'il avait dit."


class NotOwnExit(Conflict):
    title = "Seule la personne qui l'a dit peut le reprendre. Réponds plutôt : le disque y est."


class ItWasWiped(Conflict):
    """A medium that was wiped has been there: it is no slip of the pen."""

    title = "Ce disque a été effacé : il était donc là."

    def __init__(self, medium: Medium) -> None:
        super().__init__(f"Le disque {medium.serial} a été effacé ici. S'il n'y est plus, dis où il est allé.")


class WhereTo(Unprocessable):
    title = "Dis dans quel équipement il est monté."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("went_to", "Scanne l'étiquette de l'autre équipement.")])


class OtherNotHere(Unprocessable):
    """What is put into a device has to be wiped in it: that is work for the bench."""

    title = "L'autre équipement n'est pas à l'établi."

    def __init__(self, label: str) -> None:
        sentence = f"{label} n'est pas à l'établi : reprends-le d'abord, le disque y sera à effacer."
        super().__init__(sentence, errors=[FieldError("went_to", sentence)])


class OwnExit(Unprocessable):
    title = "C'est toi qui l'as dit : demande à un collègue."


class WhyNot(Unprocessable):
    title = "Dis pourquoi tu refuses."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("why", self.title)])
