"""What periods refuse."""

from datetime import date

from filiere.web import Conflict, Unprocessable


class PeriodsOverlap(Conflict):
    title = "Une autre période tient déjà ces jours."

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"Du {first:%d/%m/%Y} au {last:%d/%m/%Y}, c'est déjà dit : retire d'abord cette période.")


class TooManyPeriods(Unprocessable):
    title = "Cet atelier a déjà beaucoup de périodes à venir."

    def __init__(self, most: int) -> None:
        super().__init__(f"Un atelier a au plus {most} périodes à venir.")
