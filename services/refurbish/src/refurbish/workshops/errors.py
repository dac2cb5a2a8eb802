"""What the workshops refuse."""

from uuid import UUID

from filiere.web import NotFound, Unprocessable


class WorkshopNotFound(NotFound):
    def __init__(self, workshop_id: UUID) -> None:
        super().__init__(f"L'atelier {workshop_id} n'existe pas, ou ce n'est pas le tien.")


class OnlyWorkshopRole(Unprocessable):
    title = "Dans un atelier, le seul rôle est « workshop »."
