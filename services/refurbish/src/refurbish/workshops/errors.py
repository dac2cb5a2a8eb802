"""What the workshops refuse."""

from uuid import UUID

from filiere.web import NotFound


class WorkshopNotFound(NotFound):
    def __init__(self, workshop_id: UUID) -> None:
        super().__init__(f"L'atelier {workshop_id} n'existe pas, ou ce n'est pas le tien.")
