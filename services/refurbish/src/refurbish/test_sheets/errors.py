"""What a test sheet refuses."""

from collections.abc import Sequence

from filiere.web import Conflict, FieldError, Unprocessable

from refurbish.test_sheets.checklists import Point


class UnknownPoint(Unprocessable):
    title = "Ce test n'est pas dans la liste de cet équipement."

    def __init__(self, test: str, known: Sequence[str]) -> None:
        super().__init__(
            f"« {test[:40]} » n'est pas un test de cet équipement.",
            errors=[FieldError("results", f"Tests attendus : {', '.join(known)}.")],
            known=list(known),
        )


class PointNotOptional(Unprocessable):
    title = "Ce test demande une réponse."

    def __init__(self, name: str) -> None:
        super().__init__(f"« {name} » : réponds par oui ou par non.")


class NoteWithoutAnswer(Unprocessable):
    """A note is kept with the answer of its point."""

    title = "Une note attend la réponse de son test."

    def __init__(self, name: str) -> None:
        super().__init__(f"« {name} » : réponds par oui ou par non, ta note sera gardée avec.")


class AnsweredMeanwhile(Conflict):
    """Nothing of the request was kept: read the sheet again, and decide."""

    title = "Un collègue a répondu entre-temps."

    def __init__(self, points: Sequence[Point]) -> None:
        names = ", ".join(f"« {point.name} »" for point in points)
        super().__init__(f"Un collègue a répondu entre-temps à {names}.", points=[point.test for point in points])
