"""What pickups' requests can be refused for."""

from datetime import date

from filiere.web import Conflict, FieldError, Unprocessable


class PickupInThePast(Unprocessable):
    title = "La date de collecte est passée."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("on", self.title)])


class DayNeedsWord(Unprocessable):
    title = "Un dimanche ou un jour férié demande un mot d'explication."

    def __init__(self, day: date, name: str) -> None:
        sentence = f"Le {day:%d/%m/%Y} est un jour où l'on ne collecte pas ({name}). Dites pourquoi ce jour-là."
        super().__init__(sentence, errors=[FieldError("word", sentence)])


class NoDayYet(Conflict):
    title = "Aucun jour de collecte n'est encore fixé."


class LabelsUnknown(Unprocessable):
    title = "Certaines étiquettes ne sont pas de ce don."

    def __init__(self, labels: list[str]) -> None:
        sentence = f"Ces étiquettes ne sont pas de ce don : {', '.join(labels[:10])}."
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
