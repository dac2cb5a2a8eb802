"""What the Relais slice refuses."""

from datetime import date

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from distribute.relais.mode import Mode


class RelaisNotFound(NotFound):
    title = "Ce Relais n'existe pas, ou n'est pas le vôtre."


class RelaisAlreadyRegistered(Conflict):
    title = "Ce Relais est déjà enregistré."

    def __init__(self, siret: str) -> None:
        super().__init__(f"Un Relais est déjà enregistré avec le SIRET {siret}.")


class BadRelais(Unprocessable):
    """A field that only the whole network's rules can judge."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldError(field, sentence)])


class AgreementInForce(Conflict):
    title = "Une convention est déjà en vigueur."

    def __init__(self, signed_on: date) -> None:
        super().__init__(f"Une convention signée le {signed_on:%d/%m/%Y} est déjà en vigueur pour ce Relais.")


class AgreementMissing(Conflict):
    title = "Aucune convention signée."

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} n'a pas encore de convention signée : la commande sera possible dès sa signature. "
            "La coordination peut l'enregistrer."
        )


class OnlyOrients(AgreementMissing):
    """The agreement in force is of none that lets order."""

    title = "Ce Relais oriente seulement."

    def __init__(self, name: str) -> None:
        Conflict.__init__(
            self,
            f"Selon sa convention, {name} oriente les personnes vers un autre Relais et ne commande pas. "
            "Une autre convention peut le changer.",
        )


class CampaignsOnly(AgreementMissing):
    """The agreement in force lets order for a campaign alone."""

    title = "Ce Relais commande pour des campagnes seulement."

    def __init__(self, name: str) -> None:
        Conflict.__init__(
            self,
            f"Selon sa convention, {name} commande pour des campagnes seulement : choisissez la campagne de chaque "
            "ligne. Une autre convention peut le changer.",
        )


class AgreementForbids(Conflict):
    """At the till: its mode is another."""

    title = "La convention de votre structure ne le permet pas."

    def __init__(self, mode: Mode) -> None:
        super().__init__(mode.till_fr)


class NoAgreementToEnd(Conflict):
    title = "Aucune convention n'est en vigueur pour ce Relais."


class EndsAtTheWrongTime(Unprocessable):
    title = "Une convention finit le jour de sa signature ou après, et pas dans le futur."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("ended_on", self.title)])


class SignedInTheFuture(Unprocessable):
    title = "La date de signature est dans le futur."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("signed_on", self.title)])


class SamePublics(Unprocessable):
    title = "Ce sont déjà les publics de votre structure."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("publics", self.title)])


class AnsweredMeanwhile(Conflict):
    title = "Cette demande a déjà une réponse, ou la structure l'a changée : relisez la page."
