"""What price lists refuse."""

from collections.abc import Sequence
from datetime import date

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class PriceListNotFound(NotFound):
    title = "Cette liste de prix n'existe pas, ou n'est pas publiée."


class NoLongerADraft(Conflict):
    title = "Cette liste est publiée : elle ne change plus. Préparez-en une autre."


class DraftChanged(Conflict):
    """Somebody else wrote it since it was read."""

    title = "Le brouillon a changé depuis que vous l'avez relu. Relisez-le, puis publiez."


class WrittenMeanwhile(Conflict):
    """Somebody else wrote it since this form was opened: nothing is written over what its sender has not read."""

    title = (
        "Quelqu'un a changé cette liste depuis que vous l'avez ouverte. Rien de ce que vous avez écrit n'est perdu :"
        " comparez, puis enregistrez."
    )


class NotPublished(Conflict):
    title = "Cette liste n'est pas publiée : il n'y a rien à retirer."


class BeginsTooSoon(Unprocessable):
    title = "Une liste commence demain au plus tôt : les prix d'aujourd'hui ne changent pas dans la journée."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("valid_from", self.title)])


class DayTaken(Conflict):
    title = "Une autre liste publiée commence déjà ce jour-là."

    def __init__(self, day: date) -> None:
        super().__init__(f"Une autre liste publiée commence déjà le {day:%d/%m/%Y} : choisissez un autre jour.")


class PricesToCorrect(Unprocessable):
    title = "Des prix sont à corriger avant de publier."

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(errors=list(errors))


class HasBegun(Conflict):
    title = "Cette liste est en vigueur, ou l'a été : elle ne se retire plus. Publiez-en une autre."
