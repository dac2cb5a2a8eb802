"""Whether what becomes ready is promised by itself, as the pages of the coordination say it."""

from dataclasses import dataclass
from datetime import timedelta

from filiere.web import gettext, ngettext

from distribute.allocation.continuous import ANYWAY_S
from distribute.settings import DistributeSettings


@dataclass(frozen=True, slots=True)
class Continuous:
    """The continuous mode, when it is on."""

    every: timedelta

    @property
    def pace(self) -> str:
        """« une fois toutes les 30 secondes »."""
        seconds = max(round(self.every.total_seconds()), 1)
        if seconds % 60 == 0:
            return ngettext("une fois par minute", "une fois toutes les %(num)s minutes", seconds // 60) % {
                "num": seconds // 60
            }
        return ngettext("une fois par seconde", "une fois toutes les %(num)s secondes", seconds) % {"num": seconds}

    @property
    def soon(self) -> str:
        """How long free devices may wait for it: nobody wakes it for those that are given back."""
        minutes = -(-int(max(self.every.total_seconds(), ANYWAY_S)) // 60)
        if minutes == 1:
            return gettext("dans la minute")
        return ngettext("d'ici %(num)s minute", "d'ici %(num)s minutes", minutes) % {"num": minutes}


def continuous(settings: DistributeSettings) -> Continuous | None:
    """None when devices are promised only as the coordination asks for it."""
    every = settings.continuous_allocation
    return Continuous(every) if every is not None else None
