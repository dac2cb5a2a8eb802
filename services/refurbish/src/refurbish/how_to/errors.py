"""What is refused of a how-to."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

MOST = 500


class HowToNotFound(NotFound):
    title = "Cette astuce n'existe pas, ou ce n'est pas celle de ton atelier."


class ForWhichWorkshop(Unprocessable):
    title = "Choisis l'atelier."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("workshop_id", self.title)])


class TooManyHowTos(Conflict):
    title = f"Au plus {MOST} astuces par atelier : retires-en une d'abord."
