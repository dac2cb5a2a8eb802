"""What a slip can be refused for."""

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

FIELD = "slip"


class SlipNotFound(NotFound):
    title = "Ce bon d'accès n'existe pas, ou n'est pas le vôtre."


class ReferrerNotFound(NotFound):
    title = "Ce lien n'ouvre plus rien : demandez-en un autre."


class TooManyReferrers(Conflict):
    title = "Trop de liens viennent d'être demandés : réessayez dans une heure."


class TooManySlips(Conflict):
    title = "Vous avez fait beaucoup de bons aujourd'hui : continuez demain, ou appelez la coordination."


class WhichStructure(Unprocessable):
    title = "Dites pour laquelle de vos structures."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("relais_id", self.title)])


class SlipNotOpen(Conflict):
    title = "Ce bon d'accès est déjà utilisé, annulé ou expiré."


class SlipUnknown(Unprocessable):
    title = "Ce code n'est celui d'aucun bon d'accès : vérifiez-le, caractère par caractère."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(FIELD, self.title)])


class SlipUsed(Conflict):
    title = "Ce bon d'accès a déjà été utilisé."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(FIELD, self.title)])


class SlipEnded(Conflict):
    title = "Ce bon d'accès n'est plus valable : il est annulé ou expiré."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(FIELD, self.title)])


class SlipForSomethingElse(Unprocessable):
    title = "Ce bon d'accès est pour autre chose que ce qui est remis."

    def __init__(self, wanted: str) -> None:
        super().__init__(errors=[FieldError(FIELD, f"Ce bon d'accès est pour : {wanted}.")])


class TooManyGuesses(Conflict):
    title = "Trop de codes de bons étaient faux : réessayez dans une heure, ou remettez sans bon."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError(FIELD, self.title)])
