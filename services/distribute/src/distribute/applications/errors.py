"""What applying can be refused for."""

from collections.abc import Sequence

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class ApplicationNotFound(NotFound):
    title = "Cette candidature n'existe pas, ou ne se suit plus par ce lien."


class Unanswered(Unprocessable):
    """A question has no answer, or one that this version of the questions does not have."""

    title = "Répondez à chaque question."

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(errors=[FieldError(field, "Choisissez une réponse.") for field in fields])


class TooManyApplications(Conflict):
    title = "Trop de candidatures viennent d'être commencées d'ici : réessayez dans une heure, ou téléphonez à la coordination."  # noqa: E501


class NotOpen(Conflict):
    title = "Cette candidature ne se corrige plus : la coordination l'étudie, ou elle a sa réponse."


class Incomplete(Unprocessable):
    title = "Il manque des réponses : complétez chaque étape avant d'envoyer."


class LetterSentLately(Conflict):
    title = "Un courriel vient de partir : attendez dix minutes avant d'en demander un autre."


class NoMoreLetters(Conflict):
    title = "Trop de courriels sont partis pour cette candidature : commencez-en une autre, avec la bonne adresse."


class ChangedMeanwhile(Conflict):
    title = "Cette candidature a changé pendant votre lecture : relisez-la, puis répondez."


class NothingToAnswer(Conflict):
    title = "Cette candidature n'attend pas de réponse."
