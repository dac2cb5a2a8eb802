"""What a repair refuses."""

from filiere.web import Conflict, FieldError, Unprocessable


class OfAnEarlierCycle(Conflict):
    title = "Cette réparation est d'un passage terminé : elle ne s'annule plus."


class RepairOfAnother(Conflict):
    """The number that a form brought is of a repair elsewhere."""

    title = "Cette page n'est plus valable : rouvre-la et recommence."


class MinutesUnsaid(Unprocessable):
    title = "Dis combien de temps tu as travaillé."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("minutes", self.title)])


class DiskUnnamed(Unprocessable):
    """A disk that is put in is wiped as any other: by its number."""

    title = "Écris le numéro du disque que tu as mis dedans : il sera effacé comme les autres."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("disk_serial", self.title)])


class OldBoardUnsaid(Unprocessable):
    """A board with a soldered memory keeps what was on it."""

    title = "Dis où est l'ancienne carte : sa mémoire garde des données."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("old_board", self.title)])


class NewBoardUnsaid(Unprocessable):
    """The board that went into a computer may carry a memory with somebody's data."""

    title = "Regarde la nouvelle carte, et dis si elle a une mémoire soudée : elle serait à effacer."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("soldered", self.title)])


class WhoseMemory(Unprocessable):
    """A memory was named, and no new board with one was said."""

    title = "Une mémoire soudée va avec une nouvelle carte mère : dis que tu l'as changée, et qu'elle en a une."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("memory_serial", self.title)])


class WhichBoard(Unprocessable):
    """Where an old board is was said, and not that it was replaced."""

    title = "Tu dis où est l'ancienne carte : coche aussi que tu l'as changée, ou efface cette réponse."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("board", self.title)])


class NothingOnTheBoard(Unprocessable):
    """An old board of a computer none of whose media can be soldered keeps no data."""

    title = "Aucune mémoire soudée n'est déclarée ici : déclare-la d'abord, ou laisse cette réponse vide."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("old_board", self.title)])


class OneDiskAtATime(Unprocessable):
    title = "Un disque à la fois : chacun a son numéro."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field, self.title)])


class BarrierNeeded(Unprocessable):
    """What is not fixed says why: that is what the workshop learns from."""

    title = "Dis ce qui a empêché la réparation."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("barrier", self.title)])


class NoBarrierWhenFixed(Unprocessable):
    title = "Réparé : rien ne l'a empêché."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("barrier", self.title)])
