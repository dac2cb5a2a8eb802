"""Table of the devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from refurbish.base import Base, maybe_moment, texts
from refurbish.devices.repository import SEARCHED
from refurbish.devices.stages import Custody, Stage


def one_of(column: str, values: type[Stage] | type[Custody]) -> str:
    return f"{column} IN ({', '.join(repr(value.value) for value in values)})"


class DeviceTable(Base):
    __tablename__ = "device"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshop.id"))
    # The id is collect's: one device has one id in the whole chain.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    donation_id: Mapped[UUID]
    label: Mapped[str] = mapped_column(unique=True)
    category: Mapped[str]
    manufacturer: Mapped[str | None]
    model: Mapped[str | None]
    serial: Mapped[str | None]
    public_body: Mapped[bool]
    stage: Mapped[str]
    custody: Mapped[str]
    order_id: Mapped[UUID | None]
    relais_id: Mapped[UUID | None]
    territory: Mapped[str | None]
    # The parcel it goes into, as distribute calls it, and that it lies in it: for the list « À expédier » only.
    order_reference: Mapped[str | None]
    relais_name: Mapped[str | None]
    promised_at: Mapped[datetime | None] = maybe_moment()
    packed_at: Mapped[datetime | None] = maybe_moment()
    no_storage: Mapped[bool] = mapped_column(server_default=text("false"))
    no_storage_by: Mapped[str | None]
    tests_passed: Mapped[bool | None]
    ruleset: Mapped[str | None]
    grade: Mapped[str | None]
    cosmetic: Mapped[str | None]
    battery: Mapped[str | None]
    reasons: Mapped[list[str]] = texts()
    withdrawn_reason: Mapped[str | None]
    arrived_at: Mapped[datetime | None] = maybe_moment()
    erased_at: Mapped[datetime | None] = maybe_moment()
    tested_at: Mapped[datetime | None] = maybe_moment()
    graded_at: Mapped[datetime | None] = maybe_moment()
    ready_at: Mapped[datetime | None] = maybe_moment()
    closed_at: Mapped[datetime | None] = maybe_moment()
    cycle: Mapped[int] = mapped_column(server_default=text("1"))
    # Asked of distribute, which has not answered yet: why it should come back to the bench, or not have left at all.
    recall_code: Mapped[str | None]
    recall_asked_at: Mapped[datetime | None] = maybe_moment()
    away: Mapped[str | None] = mapped_column(Text)
    # A machine that collect made twice: this row is withdrawn, and its numbers find that one.
    merged_into: Mapped[UUID | None]
    # Its lot's manifest does not list it; made here, so its id and its label are the workshop's.
    is_surplus: Mapped[bool] = mapped_column(server_default=text("false"))
    # The first cycle whose erasures count: the one after somebody had it. The trigger of the gate asks it.
    wipe_from: Mapped[int] = mapped_column(server_default=text("1"))
    back_at: Mapped[datetime | None] = maybe_moment()

    __table_args__ = (
        # The board of a workshop: by stage, newest first.
        Index("ix_device_workshop_stage", "workshop_id", "stage", "id"),
        Index("ix_device_lot", "lot_id", "stage"),
        # Lists of all workshops: newest first, of a stage, by name; lots that still have something on the benches.
        Index("ix_device_newest", text("(coalesce(arrived_at, '1970-01-01 00:00:00+00'))"), "id"),
        Index("ix_device_stage_newest", "stage", text("(coalesce(arrived_at, '1970-01-01 00:00:00+00'))"), "id"),
        Index("ix_device_name", text("(coalesce(manufacturer, ''))"), text("(coalesce(model, ''))"), "id"),
        Index(
            "ix_device_at_work",
            "lot_id",
            postgresql_where=text("stage NOT IN ('ready', 'left', 'withdrawn', 'missing')"),
        ),
        # Parcels to send, one parcel, and what was finished since.
        Index(
            "ix_device_to_send",
            "workshop_id",
            "order_id",
            postgresql_where=text("stage = 'ready' AND order_id IS NOT NULL"),
        ),
        Index("ix_device_order", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_device_closed", "workshop_id", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
        # A part of a label, of a serial or of a name, wherever it stands.
        Index("ix_device_search", text(f"{SEARCHED} gin_trgm_ops"), postgresql_using="gin"),
        Index("ix_device_serial_anywhere", "serial", postgresql_where=text("serial IS NOT NULL")),
        # A scanner may read the maker's serial instead of our label.
        Index("ix_device_serial", "workshop_id", "serial", postgresql_where=text("serial IS NOT NULL")),
        CheckConstraint(one_of("stage", Stage), name="stage_known"),
        CheckConstraint(one_of("custody", Custody), name="custody_known"),
        # "Refurbished" may be said only when every functional test passed (décret 2022-190). The other half, that
        # every medium is wiped, looks at other rows: trigger `device_wipe_gate`, written in the migration.
        CheckConstraint(
            "stage NOT IN ('ready', 'left') OR (tests_passed IS TRUE AND grade IS NOT NULL)",
            name="ready_is_refurbished",
        ),
        CheckConstraint("(stage = 'withdrawn') = (withdrawn_reason IS NOT NULL)", name="withdrawn_with_reason"),
    )


class DeviceTallyTable(Base):
    """How many devices there are of a stage and category, as differences to add up; kept by triggers of `device`."""

    __tablename__ = "device_tally"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    stage: Mapped[str]
    category: Mapped[str]
    devices: Mapped[int] = mapped_column(BigInteger)
