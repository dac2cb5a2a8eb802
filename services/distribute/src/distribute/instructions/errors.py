"""What may be refused."""

from filiere.web import NotFound, Unprocessable


class NothingToPrint(NotFound):
    title = "Rien de cet envoi n'est à imprimer."


class TooMuchToPrint(Unprocessable):
    title = "Cet envoi est trop grand pour un seul PDF : imprimez les modes d'emploi équipement par équipement."
