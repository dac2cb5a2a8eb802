"""What grading refuses."""

from filiere.catalogue.grading import Grading
from filiere.web import Conflict, Unprocessable

from refurbish.devices.device import Device


class CannotGrade(Unprocessable):
    title = "Il manque des informations pour classer."


class NotReusable(Conflict):
    """The rules give this device no grade."""

    title = "Les règles ne classent pas cet équipement."

    def __init__(self, device: Device, grading: Grading) -> None:
        super().__init__(
            f"{device.label} n'est pas réemployable selon les règles ({grading.published}) : répare-le ou retire-le.",
            reasons=grading.sentences,
            published=grading.published,
        )
