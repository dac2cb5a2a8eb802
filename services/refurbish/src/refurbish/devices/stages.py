"""The three axes on which a device stands, kept apart: its work stage, who holds it, where it is promised."""

from typing import Annotated

from filiere.catalogue.statuses import ShownStatus
from filiere.open_words import OpenWords, known
from pydantic import AfterValidator


class Stage(OpenWords):
    """Work stage of a device in this service, in the order of its way.

    While a release rolls out, the next one may write a word that this one does not know: it is shown as it is, the
    device is nobody's to work on here, and no rule decides about it.
    """

    EXPECTED = "expected"  # announced by a manifest, not seen yet
    MISSING = "missing"  # its lot was reconciled without it; a later scan finds it again
    ARRIVED = "arrived"
    ERASING = "erasing"  # an erasure was tried, a medium is still to wipe
    ERASED = "erased"  # every medium is wiped
    TO_REPAIR = "to_repair"  # a functional test failed
    TESTED = "tested"  # every functional test passed
    GRADED = "graded"
    READY = "ready"
    WITHDRAWN = "withdrawn"  # the end for this device here: parts or waste
    LEFT = "left"  # shipped to a Relais

    @property
    def label_fr(self) -> str:
        return _FRENCH.get(self, self.value)

    @property
    def is_present(self) -> bool:
        """The device is in the workshop and still worked on."""
        return self in _PRESENT

    @property
    def shown(self) -> ShownStatus | None:
        """The word people of the chain know; None of a word that this release does not know."""
        return _SHOWN.get(self, ShownStatus.IN_PROCESS) if self.is_known else None


_FRENCH = {
    Stage.EXPECTED: "Attendu",
    Stage.MISSING: "Manquant",
    Stage.ARRIVED: "Arrivé",
    Stage.ERASING: "Effacement commencé",
    Stage.ERASED: "Effacé",
    Stage.TO_REPAIR: "À réparer",
    Stage.TESTED: "Testé",
    Stage.GRADED: "Classé",
    Stage.READY: "Prêt",
    Stage.WITHDRAWN: "Retiré",
    Stage.LEFT: "Parti",
}
_PRESENT = {Stage.ARRIVED, Stage.ERASING, Stage.ERASED, Stage.TO_REPAIR, Stage.TESTED, Stage.GRADED}
_SHOWN = {
    Stage.EXPECTED: ShownStatus.TO_PROCESS,
    Stage.MISSING: ShownStatus.TO_PROCESS,
    Stage.ARRIVED: ShownStatus.TO_PROCESS,
    Stage.READY: ShownStatus.READY_TO_ORDER,
    Stage.WITHDRAWN: ShownStatus.NOT_REUSABLE,
    Stage.LEFT: ShownStatus.BEING_DELIVERED,
}


class Custody(OpenWords):
    """Who holds the device, as far as this workshop knows."""

    TRANSIT = "transit"  # on its way from the donor
    UNKNOWN = "unknown"  # missing at reconciliation
    WORKSHOP = "workshop"
    SHIPPED = "shipped"  # with the carrier or the Relais


KnownStage = Annotated[Stage, AfterValidator(known)]
"""Of somebody who asks: a word that is not in the list is refused."""
