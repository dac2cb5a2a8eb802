"""Where something can be done with a device: the service that has it now."""

from filiere.documents.labels import BENCH_PAGE, STOCK_PAGE
from filiere.settings import Settings
from filiere.web import gettext as _

from collect.devices.schemas import DeviceOut
from collect.devices.stage import Stage

_AT_WORK = frozenset({Stage.IN_TRANSIT, Stage.ARRIVED, Stage.ERASED, Stage.TESTED, Stage.GRADED, Stage.WITHDRAWN})
_ON_ITS_WAY = frozenset({Stage.READY, Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED, Stage.HANDED_OVER})


def elsewhere(settings: Settings, device: DeviceOut) -> tuple[str, str] | None:
    """(what the link says, address); None where it is collect itself."""
    if device.stage in _AT_WORK:
        return _("Ouvrir à l'atelier"), f"{settings.refurbish_url.rstrip('/')}{BENCH_PAGE}{device.label}"
    if device.stage in _ON_ITS_WAY:
        return _("Ouvrir la distribution"), f"{settings.distribute_url.rstrip('/')}{STOCK_PAGE}{device.id}"
    return None
