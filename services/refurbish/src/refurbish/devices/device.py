"""A device and its storage media, as rules read them: plain values, no session behind them."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.device_models import NamedByModel
from filiere.catalogue.grades import Battery, Cosmetic, Grade, StorageKind
from filiere.catalogue.software import OfficePack, System
from filiere.catalogue.statuses import ShownStatus

from refurbish.devices.away import Away
from refurbish.devices.stages import Custody, Stage


@dataclass(frozen=True, slots=True)
class Device(NamedByModel):
    """One serialised thing in a workshop. Rules answer with a changed copy; the service saves it."""

    workshop_id: UUID
    id: UUID
    lot_id: UUID
    donation_id: UUID
    label: str
    category: Category
    manufacturer: str | None
    model: str | None
    serial: str | None
    public_body: bool
    stage: Stage
    custody: Custody
    # Where it is promised; the distribute service decides, we only show it and keep a promised device from leaving.
    order_id: UUID | None = None
    relais_id: UUID | None = None
    territory: str | None = None
    # Somebody looked and states that there is no storage medium inside.
    no_storage: bool = False
    no_storage_by: str | None = None
    tests_passed: bool | None = None
    ruleset: str | None = None
    grade: Grade | None = None
    cosmetic: Cosmetic | None = None
    battery: Battery | None = None
    reasons: tuple[str, ...] = ()
    withdrawn_reason: str | None = None
    arrived_at: datetime | None = None
    erased_at: datetime | None = None
    tested_at: datetime | None = None
    graded_at: datetime | None = None
    ready_at: datetime | None = None
    closed_at: datetime | None = None
    # How many times it has been through the workshop: a device that comes back begins another.
    cycle: int = 1
    # Asked of distribute, which decides over what is promised or has left, and not answered yet.
    recall_code: str | None = None
    recall_asked_at: datetime | None = None
    # The last word of distribute about it since it left.
    away: Away | None = None
    # It was declared twice: it is that device, whose page everything that names it opens.
    merged_into: UUID | None = None
    # It came with a lot whose manifest does not list it: this workshop gave it its label.
    is_surplus: bool = False
    # The first cycle whose erasures count. Of the next one: somebody has had it since it left.
    wipe_from: int = 1
    # When it came back from whoever had it.
    back_at: datetime | None = None

    @property
    def was_used(self) -> bool:
        """Whether somebody has had it since it left: what they wrote on it is wiped before anybody else has it."""
        return self.wipe_from > self.cycle

    @property
    def shown(self) -> ShownStatus | None:
        """The word people of the chain know: of what has left, by what distribute said of it last."""
        if self.stage is not Stage.LEFT:
            return self.stage.shown
        if self.away is not None:
            return self.away.shown
        return ShownStatus.HANDED_OVER if self.was_used else ShownStatus.BEING_DELIVERED

    @property
    def has_been_away(self) -> bool:
        """Whether more is known of it since it left than that a Relais received it: who has it in hand has it back.

        Else it may never have left.
        """
        return self.away not in (None, Away.DELIVERED)

    @property
    def here_since(self) -> datetime | None:
        """Nothing that was wiped before says anything of what is on it now."""
        return self.back_at or self.arrived_at

    def ungraded(self) -> "Device":
        """The device without its grade, and so not ready."""
        return replace(
            self, ruleset=None, grade=None, cosmetic=None, battery=None, reasons=(), graded_at=None, ready_at=None
        )

    def untested(self) -> "Device":
        """The device without its tests, nor the grade that rests on them."""
        return replace(self.ungraded(), tests_passed=None, tested_at=None)


@dataclass(frozen=True, slots=True)
class Finish:
    """What the bench says of a device beside its grade: the hours of work on it, new parts, what is installed, its
    battery, its memory and its disks.
    """

    work_minutes: int | None = None
    system: System | None = None
    version: str | None = None
    office: OfficePack | None = None
    licence_used: bool = False
    battery_percent: float | None = None
    battery_minutes: int | None = None
    memory_gb: float | None = None
    storage_gb: float | None = None
    identifiers: tuple[str, ...] = ()
    new_parts: tuple[tuple[str, int], ...] = ()  # kinds of bought parts that were put in, and how many pieces
    awaited_disks: tuple[str, ...] = ()  # of which somebody says that they were put in, and nobody has answered


NOTHING_SAID = Finish()


@dataclass(frozen=True, slots=True)
class Medium:
    """One storage medium of a device.

    wiped_by: the erasure that counts (successful, serial-matched, verified, fit for the kind); None: still to wipe.
    destroyed: that erasure destroyed it, nothing is left to boot from. failed: the latest attempt failed.
    unverified: the latest attempt succeeded and waits for a second person. attempt: the latest one. wiped_in: the cycle
    of its device in which it was wiped; attempts of before somebody had the device are no attempts.
    """

    id: UUID
    device_id: UUID
    serial: str
    kind: StorageKind
    size_gb: float | None
    origin: str
    wiped_by: UUID | None = None
    destroyed: bool = False
    failed: bool = False
    unverified: bool = False
    attempt: UUID | None = None
    wiped_in: int | None = None

    @property
    def is_wiped(self) -> bool:
        return self.wiped_by is not None
