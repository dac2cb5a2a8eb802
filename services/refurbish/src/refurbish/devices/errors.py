"""What a device's state refuses. People of the workshop read these: tutoiement, and what to do instead."""

from collections.abc import Sequence
from uuid import UUID

from filiere.web import Conflict, FieldError, NotFound, Unprocessable

from refurbish.devices.device import Device
from refurbish.devices.stages import Stage


class DeviceNotFound(NotFound):
    def __init__(self, what: UUID | str) -> None:
        super().__init__(f"L'équipement {what} n'existe pas, ou n'est pas dans ton atelier.")


class DeviceNotHere(Conflict):
    """The device has not arrived, or has gone: nobody can work on it."""

    title = "Cet équipement n'est pas dans l'atelier."

    def __init__(self, device: Device) -> None:
        why = {
            Stage.EXPECTED: "n'est pas encore arrivé. Scanne-le d'abord.",
            Stage.MISSING: "manque à l'appel. S'il est là, scanne-le.",
            Stage.WITHDRAWN: "a été retiré.",
            Stage.LEFT: "est parti vers un Relais.",
            Stage.READY: "est déjà prêt. Reprends-le à l'établi si quelque chose ne va pas.",
        }.get(device.stage, "ne peut pas être travaillé maintenant.")
        super().__init__(f"{device.label} {why}", stage=device.stage.value)


class StepsAreMissing(Conflict):
    """The gate to "ready" stays closed; the obstacles are said one by one."""

    title = "Cet équipement ne peut pas encore être déclaré prêt."

    def __init__(self, device: Device, obstacles: Sequence[str]) -> None:
        super().__init__(
            f"{device.label} ne peut pas être prêt : {' '.join(obstacles)}",
            stage=device.stage.value,
            obstacles=list(obstacles),
        )


class WorkedOn(Conflict):
    title = "Cet équipement a déjà été travaillé : il est bien là."

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"{device.label} est « {device.stage.label_fr.lower()} », avec des disques, un audit ou des tests. "
            "Si c'en est un autre, corrige ses numéros.",
            stage=device.stage.value,
        )


class NotAtThatStage(Conflict):
    """The device stands elsewhere than this needs; each says where that is."""

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"L'équipement {device.label} est « {device.stage.label_fr.lower()} ».", stage=device.stage.value
        )


class NotReady(NotAtThatStage):
    title = "Cet équipement n'est pas prêt : il n'y a rien à reprendre."


class NotWithdrawn(NotAtThatStage):
    title = "Cet équipement n'est pas retiré : il n'y a rien à rouvrir."


class NotTheSame(Conflict):
    title = "Ces deux lignes ne peuvent pas être la même machine."

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"{device.label} est « {device.stage.label_fr.lower()} ». Scanne l'étiquette de l'autre ligne de ton "
            "atelier ; rouvre-la d'abord si elle est retirée.",
            stage=device.stage.value,
        )


class NotYet(Conflict):
    """A step was tried before the one it needs."""

    title = "Une étape vient avant celle-ci."

    def __init__(self, device: Device, sentence: str) -> None:
        super().__init__(f"{device.label} : {sentence}", stage=device.stage.value)


class PromiseMoved(Conflict):
    """Somebody decided by a promise that is not there any more."""

    title = "La promesse a changé entre-temps."

    def __init__(self, device: Device) -> None:
        super().__init__(f"{device.label} n'est plus promis à la commande que tu voyais. Regarde sa page.")


class NotGone(NotAtThatStage):
    title = "Cet équipement n'est pas parti."


class Promised(Conflict):
    title = "Cet équipement est promis à un Relais."

    def __init__(self, device: Device) -> None:
        super().__init__(
            f"{device.label} est réservé pour une commande. Demande à la coordination de le libérer, puis recommence."
        )


class MemoryUnknown(Unprocessable):
    """Nobody has said what is in a computer: a soldered memory would go with its board, and nobody would know."""

    title = "Déclare d'abord les disques de cet équipement, et leur type : une mémoire soudée part avec sa carte."

    def __init__(self, field: str) -> None:
        super().__init__(errors=[FieldError(field, self.title)])
