"""What campaigns refuse."""

from collections.abc import Sequence

from filiere.web import Conflict, FieldError, NotFound, Unprocessable, gettext


class CampaignNotFound(NotFound):
    title = "Cette campagne n'existe pas, ou n'est pas publiée."


class NoDraft(Conflict):
    title = "Il n'y a pas de brouillon à publier : modifiez la campagne d'abord."


class DraftChanged(Conflict):
    """Somebody wrote it anew since it was read: what is published is what was read."""

    title = "Le brouillon a changé depuis que vous l'avez relu. Relisez-le, puis publiez."


class WrittenMeanwhile(Conflict):
    """Somebody else wrote it since this form was opened: nothing is written over what its sender has not read."""

    title = (
        "Quelqu'un a changé cette campagne depuis que vous l'avez ouverte. Rien de ce que vous avez écrit n'est perdu :"
        " comparez, puis enregistrez."
    )


class NameTaken(Conflict):
    title = "Une autre campagne porte déjà ce nom, même terminée : choisissez-en un autre."


class NameIsFixed(Unprocessable):
    title = "Une campagne publiée garde son nom : des commandes le portent."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("name", self.title)])


class DaysToCorrect(Unprocessable):
    title = "Les jours de la campagne sont à corriger."

    def __init__(self, wrong: FieldError) -> None:
        super().__init__(wrong.message_fr, errors=[wrong])


class CampaignOver(Conflict):
    title = "Cette campagne est terminée : elle ne change plus."


class HasBegun(Conflict):
    title = "Cette campagne a commencé : elle ne s'annule plus, elle se clôture."


class NotBegun(Conflict):
    title = "Cette campagne n'a pas commencé : elle s'annule, il n'y a rien à clôturer."


class NotEligible(Conflict):
    title = "Votre structure ne peut pas rejoindre cette campagne."

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))


class NotAMember(Conflict):
    title = "Cette structure ne participe pas à la campagne."


class NotOpenToJoin(Conflict):
    title = "Cette campagne ne se rejoint plus."

    def __init__(self, name: str) -> None:
        sentence = gettext("La campagne « %(name)s » est terminée : elle ne se rejoint plus.")
        super().__init__(sentence % {"name": name})
