"""What imports' requests can be refused for."""

from collections.abc import Sequence
from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class ImportNotFound(NotFound):
    title = "Cet import n'existe pas, ou n'est pas le vôtre."

    def __init__(self, import_id: UUID) -> None:
        super().__init__(import_id=str(import_id))


class UnreadableFile(Unprocessable):
    """Nothing in the file can be understood as a fleet."""

    title = "Ce fichier n'est pas lisible."

    def __init__(self, why: str) -> None:
        super().__init__(why, errors=[FieldError("file", why)])


class AnotherDonor(Conflict):
    title = "Ce fichier est d'un autre donateur que ce don."


class ImportNotReady(Conflict):
    title = "Ce fichier est encore en cours de lecture."


class NothingToConfirm(Conflict):
    title = "Aucune ligne de ce fichier n'est acceptée : il n'y a rien à déclarer."


class ColumnsAreFixed(Conflict):
    title = "Les colonnes de ce fichier ne se changent plus : il est déclaré, ou ce n'est pas un tableau."


class UnfitColumns(Unprocessable):
    """A field given twice, or to a column about people."""

    title = "Ces colonnes ne peuvent pas être lues ainsi."

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(errors[0].message_fr, errors=list(errors))
