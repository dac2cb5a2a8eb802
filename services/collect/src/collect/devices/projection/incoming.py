"""What collect reads of `refurbish.lots`, `refurbish.devices` and `distribute.devices`: only what a donor may see."""

from typing import Annotated, ClassVar
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.events import Incoming
from pydantic import Field

from collect.devices.schemas import Erasure, GoneMedium
from collect.devices.stage import NO_PROMISE, Stage


class LotArrived(Incoming, type="org.filiere.refurbish.lot-arrived.v1"):
    lot_id: UUID


class LotReconciled(Incoming, type="org.filiere.refurbish.lot-reconciled.v1"):
    """The workshop has counted: these were not there, these nobody announced. A long count is in chunks, in order."""

    lot_id: UUID
    missing: list[UUID]
    surplus: list[str] = Field(default_factory=list)
    chunk: int = 1
    chunks: int = 1


class WorkEvent(Incoming):
    """An event of a device's work; `stage` is where it brings the work, none when there is no work any more."""

    stage: ClassVar[Stage | None]
    kind: ClassVar[str] = ""  # of its entry in the history; the stage's word where it is left out
    device_id: UUID
    workshop_id: UUID | None = None

    @property
    def moves(self) -> bool:
        """Whether it brings the work to its stage, or only says more of the device."""
        return True


class Surplus(WorkEvent, type="org.filiere.refurbish.device-surplus.v1"):
    """It came with a lot whose manifest does not list it: a device of that lot from now on. Its arrival follows."""

    stage = Stage.ARRIVED
    kind: ClassVar[str] = "surplus"
    lot_id: UUID
    label: str
    category: Category
    public_body: bool = False

    @property
    def moves(self) -> bool:
        return False


class Arrived(WorkEvent, type="org.filiere.refurbish.device-arrived.v1"):
    stage = Stage.ARRIVED


class ArrivalUndone(WorkEvent, type="org.filiere.refurbish.device-arrival-undone.v1"):
    """Another thing was taken for it: it is where it was before."""

    stage = None
    kind: ClassVar[str] = "arrival_undone"


class Erased(WorkEvent, type="org.filiere.refurbish.device-erased.v1"):
    stage = Stage.ERASED
    media: list[Erasure] = Field(default_factory=list)
    gone: list[GoneMedium] = Field(default_factory=list)
    after_use: bool = False


class Tested(WorkEvent, type="org.filiere.refurbish.device-tested.v1"):
    stage = Stage.TESTED
    failures: list[str] = Field(default_factory=list)


class Graded(WorkEvent, type="org.filiere.refurbish.device-graded.v1"):
    stage = Stage.GRADED
    grade: str | None = None
    reasons: list[str] = Field(default_factory=list)


class Ungraded(WorkEvent, type="org.filiere.refurbish.device-ungraded.v1"):
    """Its grade was taken back before it was ready; its tests stand."""

    stage = Stage.TESTED
    kind: ClassVar[str] = "ungraded"


class Ready(WorkEvent, type="org.filiere.refurbish.device-ready.v1"):
    """`work_minutes`: insertion work on the device so far, where the workshop noted repairs; nothing is supposed.

    `new_parts`: how many of each kind it was given; kinds that the method of impact does not know weigh nothing.
    """

    stage = Stage.READY
    work_minutes: Annotated[int, Field(ge=0, le=60_000)] | None = None
    new_parts: (
        Annotated[
            dict[Annotated[str, Field(max_length=40)], Annotated[int, Field(ge=0, le=1000)]], Field(max_length=50)
        ]
        | None
    ) = None


class Withdrawn(WorkEvent, type="org.filiere.refurbish.device-withdrawn.v1"):
    stage = Stage.WITHDRAWN
    reason: str = ""


class Recycled(WorkEvent, type="org.filiere.refurbish.device-recycled.v1"):
    """It left its workshop as waste; it stays withdrawn."""

    stage = Stage.WITHDRAWN
    kind: ClassVar[str] = "recycled"
    weight_g: int | None = None

    @property
    def moves(self) -> bool:
        return False


class RecyclingUndone(WorkEvent, type="org.filiere.refurbish.device-recycling-undone.v1"):
    """It is withdrawn, and at its workshop after all."""

    stage = Stage.WITHDRAWN
    kind: ClassVar[str] = "recycling-undone"

    @property
    def moves(self) -> bool:
        return False


class Recalled(WorkEvent, type="org.filiere.refurbish.device-recalled.v1"):
    """It was ready, and is worked on again; its media stay wiped. `kind`: what its history calls it."""

    stage = Stage.ERASED
    kind: ClassVar[str] = "recalled"
    reason: str = ""


class Reopened(WorkEvent, type="org.filiere.refurbish.device-reopened.v1"):
    """It was withdrawn, and is worked on after all; that it is still wiped is said by the event that follows."""

    stage = Stage.ARRIVED
    kind: ClassVar[str] = "reopened"


class Corrected(WorkEvent, type="org.filiere.refurbish.device-corrected.v1"):
    """The workshop says what it really is: that is counted once it is reused. What its donor declared stays so."""

    stage = Stage.ARRIVED
    kind: ClassVar[str] = "corrected"
    category: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    tests_void: bool = False

    @property
    def moves(self) -> bool:
        return self.tests_void


class Remarked(WorkEvent, type="org.filiere.refurbish.device-remarked.v1"):
    """What was seen of it when it arrived."""

    stage = Stage.ARRIVED
    kind: ClassVar[str] = "remarked"
    remarks: list[str] = Field(default_factory=list)

    @property
    def moves(self) -> bool:
        return False


class PromiseEvent(Incoming):
    """An event of a device's promise; never who receives it, only the département."""

    promise: ClassVar[str]
    kind: ClassVar[str] = ""  # of its entry in the history; the promise's word where it is left out
    goes_away: ClassVar[str | None] = None  # see `away`
    device_id: UUID
    territory: str | None = None

    @property
    def moves(self) -> bool:
        """Whether it changes where the device stands, or only says more of it."""
        return True

    @property
    def away(self) -> str | None:
        """Why it is on no way to anybody though it has left its workshop; None where it is."""
        return self.goes_away


class Reserved(PromiseEvent, type="org.filiere.distribute.device-reserved.v1"):
    promise = Stage.RESERVED


class Released(PromiseEvent, type="org.filiere.distribute.device-released.v1"):
    promise = NO_PROMISE


class Shipped(PromiseEvent, type="org.filiere.distribute.device-shipped.v1"):
    promise = Stage.SHIPPED


class Delivered(PromiseEvent, type="org.filiere.distribute.device-delivered.v1"):
    promise = Stage.DELIVERED


class HandedOver(PromiseEvent, type="org.filiere.distribute.device-handed-over.v1"):
    promise = Stage.HANDED_OVER
    how: str | None = None


class HandoverUndone(PromiseEvent, type="org.filiere.distribute.device-handover-undone.v1"):
    """Its Relais took it back at once, and has it as before."""

    promise = Stage.DELIVERED
    kind: ClassVar[str] = "handover_undone"


class Reported(PromiseEvent, type="org.filiere.distribute.device-reported.v1"):
    """It arrived damaged, or was not the right one: it goes back to its workshop, unless the structure keeps it."""

    promise = Stage.SHIPPED
    problem: str = ""
    comes_back: bool = True

    @property
    def moves(self) -> bool:
        return self.comes_back

    @property
    def away(self) -> str:
        return "wrong" if self.problem == "wrong" else "damaged"


class Lent(PromiseEvent, type="org.filiere.distribute.device-lent.v1"):
    """Its structure carries it on the street or lends it to a place; it has it all the same."""

    promise = Stage.DELIVERED
    kind: ClassVar[str] = "lent"

    @property
    def moves(self) -> bool:
        return False


class LoanEnded(PromiseEvent, type="org.filiere.distribute.device-loan-ended.v1"):
    """It is at its structure again, or about to be given."""

    promise = Stage.DELIVERED
    kind: ClassVar[str] = "loan_ended"

    @property
    def moves(self) -> bool:
        return False


class Lost(PromiseEvent, type="org.filiere.distribute.device-lost.v1"):
    """It was sent and never arrived, or its structure had lent it."""

    promise = Stage.SHIPPED
    while_lent: bool = False

    @property
    def away(self) -> str:
        return "lost_lent" if self.while_lent else "lost"


class FoundAgain(PromiseEvent, type="org.filiere.distribute.device-found.v1"):
    """It was lost, and goes back to its workshop."""

    promise = Stage.SHIPPED
    kind: ClassVar[str] = "found_again"
    while_lent: bool = False

    @property
    def away(self) -> str:
        return "found_lent" if self.while_lent else "found"


class BroughtBack(PromiseEvent, type="org.filiere.distribute.device-brought-back.v1"):
    """Whoever had it brought it back: it goes to its workshop. Not what is wrong, not who."""

    promise = Stage.SHIPPED
    to_wipe: bool = False
    kind: ClassVar[str] = "broken"

    @property
    def away(self) -> str:
        return "used" if self.to_wipe else "broken"


class Returned(PromiseEvent, type="org.filiere.distribute.device-returned.v1"):
    """Its workshop has it again."""

    promise = NO_PROMISE
    kind: ClassVar[str] = "returned"


LOT_EVENTS: list[type[Incoming]] = [LotArrived, LotReconciled]
WORK_EVENTS: list[type[WorkEvent]] = [
    Surplus,
    Arrived,
    ArrivalUndone,
    Erased,
    Tested,
    Graded,
    Ungraded,
    Ready,
    Recalled,
    Reopened,
    Withdrawn,
    Recycled,
    RecyclingUndone,
    Corrected,
    Remarked,
]
PROMISE_EVENTS: list[type[PromiseEvent]] = [
    Reserved,
    Released,
    Shipped,
    Delivered,
    HandedOver,
    HandoverUndone,
    Reported,
    Lent,
    LoanEnded,
    Lost,
    FoundAgain,
    BroughtBack,
    Returned,
]
