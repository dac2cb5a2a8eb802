"""What printing refuses."""

from filiere.web import Unavailable

from refurbish.devices.errors import NotAtThatStage


class NotGraded(NotAtThatStage):
    title = "Cet équipement n'est pas classé : il n'a pas encore d'étiquette de catégorie."


class CannotPrint(Unavailable):
    title = "Le document n'a pas pu être préparé. Recommence dans un instant."
