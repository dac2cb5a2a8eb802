"""What pickups' requests can be refused for."""

from collections.abc import Mapping
from datetime import date

from filiere.web import Conflict, FieldError, Unprocessable
from filiere.web.formats import weekday_fr


class PickupInThePast(Unprocessable):
    title = "La date de collecte est passée."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("on", self.title)])


class DayNeedsWord(Unprocessable):
    title = "Un dimanche ou un jour férié demande un mot d'explication."

    def __init__(self, days: Mapping[date, str]) -> None:
        """`days`: each with why nobody fetches anything then."""
        said = [
            f"le {weekday_fr(day)}{'' if name == 'dimanche' else f' ({name})'}" for day, name in sorted(days.items())
        ]
        one = len(said) == 1
        shown = said[0] if one else f"{', '.join(said[:-1])} et {said[-1]}"
        why = "Dites pourquoi ce jour-là." if one else "Dites pourquoi ces jours-là."
        sentence = f"On ne collecte pas {shown} sans explication. {why}"
        super().__init__(sentence, errors=[FieldError("word", sentence)])


class NoDayYet(Conflict):
    title = "Aucun jour de collecte n'est encore fixé."


class LabelsUnknown(Unprocessable):
    title = "Certains équipements ne sont pas de ce don."

    def __init__(self, labels: list[str]) -> None:
        sentence = f"Ces étiquettes ou numéros ne sont pas de ce don : {', '.join(labels[:10])}."
        super().__init__(sentence, errors=[FieldError("not_found", sentence)])


class NotMissing(Conflict):
    title = "Cet équipement n'est pas absent."

    def __init__(self, label: str) -> None:
        super().__init__(f"L'équipement {label} n'est pas absent : il n'y a rien à retrouver.")


class NothingFound(Conflict):
    title = "Aucun équipement retrouvé n'attend d'être collecté."

    def __init__(self, reference: str) -> None:
        super().__init__(f"Don {reference} : {self.title[0].lower()}{self.title[1:]}")


class NothingCollected(Unprocessable):
    title = "Rien n'a été collecté : un lot vide ne part pas."
