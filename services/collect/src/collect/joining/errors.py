"""What joining can be refused for."""

from filiere.web import Conflict, FieldError


class AlreadyRegistered(Conflict):
    """Whose the number is stays untold: whoever asks may be anybody."""

    title = "Cette entreprise est déjà inscrite : demandez une invitation à un collègue, ou à la coordination."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("siren", self.title)])


class FirstOneWaits(Conflict):
    title = "Vous avez déjà inscrit une entreprise, que la coordination n'a pas encore confirmée."


class NothingToReopen(Conflict):
    title = "Cette inscription n'est pas refusée."


class SirenTaken(Conflict):
    """Only the coordination asks, who may know whose it is."""

    title = "Ce SIREN est déjà celui d'une autre inscription : celle-ci ne peut pas être rouverte."

    def __init__(self, siren: str, name: str | None) -> None:
        super().__init__(
            f"Le SIREN {siren} est maintenant celui de « {name} ». Refusez d'abord cette autre inscription, ou invitez "
            "les personnes de celle-ci dans l'équipe de l'autre."
            if name
            else f"Le SIREN {siren} est maintenant celui d'une inscription faite à l'instant. Refusez d'abord cette "
            "autre inscription, ou invitez les personnes de celle-ci dans l'équipe de l'autre."
        )


class NothingToConfirm(Conflict):
    title = "Cette inscription a déjà sa réponse."
