"""What arrivals refuse."""

from uuid import UUID

from filiere.web import Conflict, NotFound, Unprocessable


class LotNotFound(NotFound):
    def __init__(self, lot_id: UUID) -> None:
        super().__init__(f"Le lot {lot_id} n'existe pas, ou n'est pas pour ton atelier.")


class MismatchNotFound(NotFound):
    def __init__(self, mismatch_id: UUID) -> None:
        super().__init__(f"L'entrée {mismatch_id} n'existe pas, ou n'est pas à ton atelier.")


class NotAnnounced(Conflict):
    title = "Ce lot n'est pas encore annoncé."

    def __init__(self) -> None:
        super().__init__("Attends que la collecte l'annonce : ce qui est en trop se reçoit dans un lot connu.")


class LabelledElsewhere(Conflict):
    """A sound label of ours, which no manifest announced here: the thing is another workshop's, not a new one."""

    title = "Cet équipement a déjà une étiquette du réseau."

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} est sans doute attendu dans un autre atelier. Garde-le de côté et préviens la coordination."
        )


class LabelOfNobody(Conflict):
    """A label that no workshop expects: of another network, or of a donation that has not left."""

    title = "Aucun lot connu n'a cette étiquette."

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} vient d'un autre réseau, ou d'un don qui n'est pas encore parti. Si c'est sûr, coche la case : "
            "il reçoit une étiquette d'ici, et l'ancienne le retrouve aussi."
        )


class OfNoLot(Conflict):
    title = "On ne sait pas avec quel lot c'est venu."

    def __init__(self) -> None:
        super().__init__("Ouvre le lot d'où ça vient et mets-le de côté là : tu pourras alors le recevoir en trop.")


class WhichWorkshop(Unprocessable):
    """Nobody can tell in which workshop the unknown thing lies."""

    title = "Dis dans quel lot tu scannes."


class AlreadyResolved(Conflict):
    title = "Cette entrée est déjà réglée."


class WaitsAgain(Conflict):
    title = "La même chose attend déjà dans la file."

    def __init__(self, text: str) -> None:
        super().__init__(f"« {text[:40]} » a été scanné de nouveau et attend déjà : règle cette entrée-là.")


class CannotAttach(Conflict):
    """The chosen device has arrived by itself: it is not the thing on the table."""

    title = "Cet équipement est déjà arrivé."

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} est déjà arrivé : ce n'est pas celui que tu as en main. Choisis un équipement attendu."
        )


class NothingArrived(Conflict):
    title = "Rien n'a encore été scanné dans ce lot."
