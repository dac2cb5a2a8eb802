"""What the allocation slice refuses."""

from filiere.web import Conflict, NotFound


class RunNotFound(NotFound):
    title = "Cette attribution n'existe pas."


class RunInProgress(Conflict):
    title = "Une attribution est déjà en cours. Réessayez dans un instant."


class NothingToUndo(Conflict):
    title = "Rien à annuler."

    def __init__(self, number: int) -> None:
        super().__init__(f"L'attribution n° {number} ne s'annule plus : ses équipements sont partis, ou déjà libérés.")
