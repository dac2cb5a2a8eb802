"""What switching a rule set on refuses. The coordination reads these."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class RulesetNotFound(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"Aucune règle de classement ne se nomme « {name[:40]} ».")


class SwitchNotFound(NotFound):
    def __init__(self, switch_id: UUID) -> None:
        super().__init__(f"L'activation {switch_id} n'existe pas.")


class NotCompared(Conflict):
    """Nobody has looked, in these two days, at what the rule set would change."""

    title = "Comparez d'abord ces règles avec le stock."

    def __init__(self, label: str) -> None:
        super().__init__(f"Personne n'a regardé ces deux derniers jours ce que {label} changerait.")


class InForceAlready(Conflict):
    title = "Ces règles sont déjà actives."


class StartsTooEarly(Unprocessable):
    title = "Ce jour est passé."

    def __init__(self) -> None:
        sentence = "Choisissez aujourd'hui ou un jour à venir."
        super().__init__(sentence, errors=[FieldError("starts_on", sentence)])
