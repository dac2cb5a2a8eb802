"""What requests about devices can be refused for."""

from uuid import UUID

from filiere.web import NotFound


class DeviceNotFound(NotFound):
    title = "Cet équipement n'existe pas, ou n'est pas le vôtre."

    def __init__(self, device_id: UUID | str) -> None:
        super().__init__(device_id=str(device_id))
