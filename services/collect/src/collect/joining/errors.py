"""What joining can be refused for."""

from filiere.web import Conflict, FieldError


class AlreadyRegistered(Conflict):
    """Whose the number is stays untold: whoever asks may be anybody."""

    title = "Cette entreprise est déjà inscrite : demandez une invitation à un collègue, ou à la coordination."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("siren", self.title)])


class FirstOneWaits(Conflict):
    title = "Vous avez déjà inscrit une entreprise, que la coordination n'a pas encore confirmée."


class NothingToConfirm(Conflict):
    title = "Cette inscription a déjà sa réponse."
