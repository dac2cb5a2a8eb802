"""What requests about campaigns can be refused for."""

from collections.abc import Sequence

from filiere.web import Conflict, FieldError, Unprocessable, gettext


class NoSuchCampaign(Unprocessable):
    title = "Cette campagne n'est pas en cours."

    def __init__(self, campaign: str, in_force: Sequence[str]) -> None:
        sentence = gettext("« %(name)s » n'est pas une campagne en cours.") % {"name": campaign}
        sentence += " " + (
            gettext("Les campagnes : %(names)s.") % {"names": ", ".join(in_force)}
            if in_force
            else gettext("Aucune campagne n'est en cours : la règle publiée n'en nomme pas.")
        )
        super().__init__(sentence, errors=[FieldError("campaign", sentence)])


class NothingToUndo(Conflict):
    title = "Cette mise de côté est déjà annulée."
