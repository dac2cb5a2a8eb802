"""What an appeal may be refused for."""

from uuid import UUID

from filiere.web import Conflict, NotFound


class AppealNotFound(NotFound):
    title = "Cet appel n'existe pas."

    def __init__(self, appeal_id: UUID) -> None:
        super().__init__(appeal_id=str(appeal_id))


class NobodyToWrite(Conflict):
    title = "Aucun donateur n'est à écrire avec ces choix : élargissez-les."
