"""Where something can be done with a device: the service that has it now."""

from filiere.documents.labels import LABEL_PAGE, STOCK_PAGE
from filiere.neighbours import page_of
from filiere.settings import Settings
from filiere.web import gettext as _

from collect.devices.schemas import DeviceOut
from collect.devices.stage import Stage

_AT_WORK = frozenset({Stage.IN_TRANSIT, Stage.ARRIVED, Stage.ERASED, Stage.TESTED, Stage.GRADED, Stage.WITHDRAWN})
_ON_ITS_WAY = frozenset({Stage.READY, Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED, Stage.HANDED_OVER})


def elsewhere(settings: Settings, device: DeviceOut, subject: str) -> tuple[str, str] | None:
    """(what the link says, address) for this person; None where it is collect itself."""
    if device.stage in _AT_WORK:
        return _("Ouvrir à l'atelier"), page_of(settings.refurbish_url, f"{LABEL_PAGE}{device.label}", subject)
    if device.stage in _ON_ITS_WAY:
        return _("Ouvrir la distribution"), page_of(settings.distribute_url, f"{STOCK_PAGE}{device.id}", subject)
    return None
