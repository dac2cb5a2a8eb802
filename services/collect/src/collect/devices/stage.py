"""Where a device stands: one word derived from what four sources said last.

Each source has its own axis and only moves its own: collect itself, the workshop's lot (found missing), the workshop's
work, and the promise made by distribute. Events of different topics may arrive in any relative order; the stage is a
function of the four axes, so every order of arrival ends in the same word. The database computes it (a generated
column), so that no writer can forget to.
"""

from filiere.catalogue import ShownStatus
from filiere.open_words import OpenWords


class Stage(OpenWords):
    """The stage of an accepted device; a word of a later release, while that one rolls out, is shown as it is."""

    ACCEPTED = "accepted"
    COLLECTED = "collected"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    ERASED = "erased"
    TESTED = "tested"
    GRADED = "graded"
    READY = "ready"
    RESERVED = "reserved"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"
    CANCELLED = "cancelled"

    @property
    def shown(self) -> ShownStatus | None:
        """The word people know; None of a word that this release does not know."""
        return _SHOWN.get(self)

    @property
    def label_fr(self) -> str:
        """Where it stands, in one word more exact than the eight."""
        return _FRENCH.get(self, self.value)

    @property
    def is_final(self) -> bool:
        return self in FINAL


FINAL = frozenset({Stage.HANDED_OVER, Stage.WITHDRAWN, Stage.MISSING, Stage.CANCELLED})

_SHOWN = {
    Stage.ACCEPTED: ShownStatus.TO_PROCESS,
    Stage.COLLECTED: ShownStatus.TO_PROCESS,
    Stage.IN_TRANSIT: ShownStatus.TO_PROCESS,
    Stage.ARRIVED: ShownStatus.IN_PROCESS,
    Stage.ERASED: ShownStatus.IN_PROCESS,
    Stage.TESTED: ShownStatus.IN_PROCESS,
    Stage.GRADED: ShownStatus.IN_PROCESS,
    Stage.READY: ShownStatus.READY_TO_ORDER,
    Stage.RESERVED: ShownStatus.BEING_DELIVERED,
    Stage.SHIPPED: ShownStatus.BEING_DELIVERED,
    Stage.DELIVERED: ShownStatus.READY_TO_HAND_OVER,
    Stage.HANDED_OVER: ShownStatus.HANDED_OVER,
    Stage.WITHDRAWN: ShownStatus.NOT_REUSABLE,
    # Never seen by the workshop: not processed, and the reason beside it says so.
    Stage.MISSING: ShownStatus.TO_PROCESS,
    # Given up before it left the donor.
    Stage.CANCELLED: ShownStatus.TO_PROCESS,
}


_FRENCH = {
    Stage.ACCEPTED: "accepté",
    Stage.COLLECTED: "collecté",
    Stage.IN_TRANSIT: "en route vers l'atelier",
    Stage.ARRIVED: "arrivé à l'atelier",
    Stage.ERASED: "effacé",
    Stage.TESTED: "testé",
    Stage.GRADED: "classé",
    Stage.READY: "prêt",
    Stage.RESERVED: "attribué",
    Stage.SHIPPED: "envoyé",
    Stage.DELIVERED: "livré",
    Stage.HANDED_OVER: "remis",
    Stage.WITHDRAWN: "écarté",
    Stage.MISSING: "absent",
    Stage.CANCELLED: "annulé",
}


def stages_of(shown: ShownStatus) -> list[Stage]:
    """The stages that people know under this word."""
    return [stage for stage in Stage if stage.shown is shown]


NO_PROMISE = "none"

# Handed over is the end whatever the workshop says; a withdrawn device is promised to nobody even before its release
# arrives; a device that the workshop works on is not missing, even when its lot was closed without it.
STAGE_SQL = """
CASE
    WHEN promise = 'handed_over' THEN 'handed_over'
    WHEN work = 'withdrawn' THEN 'withdrawn'
    WHEN promise IN ('reserved', 'shipped', 'delivered') THEN promise
    WHEN work IS NOT NULL THEN work
    WHEN lot_missing_at IS NOT NULL THEN 'missing'
    ELSE custody
END
"""


def is_waiting_sql(of: str = "") -> str:
    """Somebody still has something to do with it: it is not at its end, nor lost on its way. `of`: `v.`."""
    return (
        f"{of}stage NOT IN ('handed_over', 'withdrawn', 'missing', 'cancelled')"
        f" AND ({of}away IS NULL OR {of}away NOT IN ('lost', 'lost_lent'))"
    )


def since_sql(of: str = "") -> str:
    """Since when a device that waits has stood where it is: of columns alone, for an index holds it. `of`: `v.`.

    A step of which no moment is known has been waited at since the device is known: none falls out of every age.
    """
    return f"""coalesce(CASE
    WHEN {of}promise IN ('reserved', 'shipped', 'delivered') THEN {of}promise_at
    WHEN {of}work IS NOT NULL THEN {of}work_at
    WHEN {of}custody = 'in_transit' THEN {of}dispatched_at
    WHEN {of}custody = 'collected' THEN {of}collected_at
END, {of}created_at)"""


def derive(custody: str, lot_missing: bool, work: str | None, promise: str | None) -> Stage:
    """The rule of STAGE_SQL in Python, for the test that holds the two together."""
    if promise == Stage.HANDED_OVER:
        return Stage.HANDED_OVER
    if work == Stage.WITHDRAWN:
        return Stage.WITHDRAWN
    if promise in (Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED):
        return Stage(promise)
    if work is not None:
        return Stage(work)
    return Stage.MISSING if lot_missing else Stage(custody)
