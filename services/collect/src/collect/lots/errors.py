"""What lots' requests can be refused for."""

from collections.abc import Sequence
from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class LotNotFound(NotFound):
    title = "Ce lot n'existe pas, ou n'est pas le vôtre."

    def __init__(self, lot_id: UUID) -> None:
        super().__init__(lot_id=str(lot_id))


class LotAlreadyDispatched(Conflict):
    title = "Ce lot est déjà parti."

    def __init__(self, code: str, workshop: str) -> None:
        super().__init__(f"Le lot {code} est déjà parti vers {workshop} : il ne peut pas être envoyé une seconde fois.")


class NotCounted(Conflict):
    title = "L'atelier n'a pas encore pointé ce lot."


class CountLinkClosed(NotFound):
    """Revoked, expired or not ours: nothing more is said, for whoever has it may be anybody."""

    title = "Ce lien n'ouvre plus rien."

    def __init__(self) -> None:
        super().__init__(
            "Ce lien n'ouvre plus rien : il a expiré, ou le compte a été confirmé autrement. "
            "Connectez-vous pour voir ce lot."
        )


class CountChanged(Conflict):
    title = "L'atelier a changé son compte entre-temps : relisez-le avant de le confirmer."


class AlreadyAgreed(Conflict):
    title = "Le compte de ce lot est déjà confirmé."


class AskedLately(Conflict):
    title = "Un courriel vient de partir : laissez-leur une heure avant d'en envoyer un autre."


class WorkshopUnknown(Unprocessable):
    title = "Cet atelier n'est pas connu de la collecte."

    def __init__(self, workshop_id: UUID) -> None:
        super().__init__(workshop_id=str(workshop_id), errors=[FieldError("workshop_id", self.title)])


class SplitImpossible(Unprocessable):
    """Not as many devices in the lot, or a workshop named twice."""

    title = "Ce partage ne tombe pas juste."

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldError("parts", sentence)])


class SplitNeedsReason(Unprocessable):
    title = "Un autre partage que celui proposé demande une raison."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("override_reason", self.title)])


class UntreatedNeedsReason(Unprocessable):
    title = "Envoyer à un atelier ce qu'il ne traite pas demande une raison."

    def __init__(self, untreated: Sequence[str]) -> None:
        sentence = f"{' '.join(untreated)} Pour le lui envoyer quand même, dites pourquoi."
        super().__init__(sentence, errors=[FieldError("untreated_reason", sentence)])


class OverrideNeedsReason(Unprocessable):
    title = "Un autre atelier que celui proposé demande une raison."

    def __init__(self, proposed: str, reason: str) -> None:
        sentence = f"L'atelier proposé est {proposed} ({reason}) Pour en choisir un autre, donnez la raison."
        super().__init__(sentence, errors=[FieldError("override_reason", sentence)])
