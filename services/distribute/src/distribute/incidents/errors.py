"""What the incidents slice refuses."""

from filiere.web import Conflict, NotFound, Unavailable, Unprocessable

from distribute.statuses import StockStatus


class IncidentNotFound(NotFound):
    title = "Ce signalement n'existe pas, ou n'est pas le vôtre."


class NotInShipment(NotFound):
    title = "Cet équipement n'est pas dans cet envoi."


class CannotBeReported(Conflict):
    title = "L'état de l'équipement ne le permet pas."

    def __init__(self, label: str, status: StockStatus) -> None:
        super().__init__(f"L'équipement {label} est « {status.label_fr.lower()} » : il ne se signale plus ainsi.")


class AlreadySettled(Conflict):
    title = "Ce signalement est déjà réglé."


class OutcomeDoesNotFit(Unprocessable):
    title = "Ce signalement ne se règle pas ainsi."


class NotAPicture(Unprocessable):
    title = "Ajoutez une photo JPEG, PNG ou WebP."


class PictureDamaged(Unprocessable):
    title = "Cette photo est abîmée : reprenez-la."


class PictureTooLarge(Unprocessable):
    title = "Cette photo est trop grosse : 10 Mo au plus."


class PictureNotFound(NotFound):
    title = "Ce signalement n'a pas de photo."


class PictureAway(Unavailable):
    title = "La photo ne peut pas être lue en ce moment. Réessayez dans quelques minutes."
