"""What may be refused."""

from filiere.web import NotFound


class NothingKept(NotFound):
    title = "Rien n'est gardé sous ce repère."
