"""What may be refused."""

from filiere.web import NotFound


class NothingToPrint(NotFound):
    title = "Rien de cet envoi n'est à imprimer."
