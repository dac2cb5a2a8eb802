"""What the catalogue refuses. Messages are French sentences made for people, all ValueErrors."""

from datetime import date


class CatalogueError(ValueError):
    """Root of the errors below."""


class BrokenDataFile(CatalogueError):
    """A data file does not say what its schema asks for; names the file and the place. For operators, at start."""


class NothingInForce(CatalogueError):
    """No version of the wanted data was in force on that day."""

    def __init__(self, what: str, on: date) -> None:
        super().__init__(f"Aucune version de « {what} » n'était en vigueur le {on:%d/%m/%Y}.")


class UnknownRuleset(CatalogueError):
    """The catalogue holds no rule set of that name and kind."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Le jeu de règles « {name} » n'existe pas.")


class IncompleteSpec(CatalogueError):
    """The device cannot be graded from what is known of it; the sentence says what is missing."""


class ImpossibleSpec(CatalogueError):
    """A figure that no device of the category has, most often in another unit; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class ForbiddenClaim(CatalogueError):
    """A published text says of a used device that it is as new (décret 2022-190)."""

    def __init__(self, claims: tuple[str, ...]) -> None:
        quoted = ", ".join(f"« {claim} »" for claim in claims)
        super().__init__(
            f"{quoted} : le décret n° 2022-190 interdit de présenter ainsi un équipement reconditionné. "
            "Décrivez plutôt son état réel."
        )
        self.claims = claims
