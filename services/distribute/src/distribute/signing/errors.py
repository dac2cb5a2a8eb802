"""What signing can be refused for."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class SigningClosed(NotFound):
    title = "Ce lien n'ouvre plus de convention : elle a été envoyée de nouveau, ou retirée. Demandez-en un autre."


class StatutesForbid(Unprocessable):
    title = "Ses statuts ne lui permettent pas de vendre : choisissez un autre mode, ou corrigez la structure."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("mode", self.title)])


class AlreadySigned(Conflict):
    title = "Cette convention est déjà signée."


class AnotherPaper(Conflict):
    title = "Ce n'est pas le document que vous avez ouvert : relisez-le avant de signer."


class NothingToWithdraw(Conflict):
    title = "Aucune convention n'attend de signature."
