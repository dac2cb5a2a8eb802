"""What webhooks' requests can be refused for."""

from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable


class EndpointNotFound(NotFound):
    title = "Cette adresse n'existe pas, ou n'est pas la vôtre."

    def __init__(self, endpoint_id: UUID) -> None:
        super().__init__(endpoint_id=str(endpoint_id))


class DeliveryNotFound(NotFound):
    title = "Ce message n'existe pas, ou n'est pas le vôtre."

    def __init__(self, delivery_id: UUID) -> None:
        super().__init__(delivery_id=str(delivery_id))


class EndpointExists(Conflict):
    title = "Cette adresse est déjà prévenue."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("url", self.title)])


class TooManyEndpoints(Conflict):
    title = "Un donateur peut faire prévenir dix adresses au plus."


class NotEncrypted(Unprocessable):
    title = "L'adresse doit commencer par https:// : ce qui est envoyé ne doit être lu par personne en chemin."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("url", self.title)])


class NotOutside(Unprocessable):
    title = "L'adresse doit se trouver sur internet, pas dans un réseau privé."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("url", self.title)])


class EndpointPaused(Conflict):
    title = "Cette adresse est en pause : reprenez les envois d'abord."
