"""Table of devices: every accepted device of every donation, with where it stands."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Ref, Text
from collect.devices.stage import STAGE_SQL, is_waiting_sql, since_sql

_Instant = sa.DateTime(timezone=True)


class DeviceTable(Base):
    """One accepted device: made at acceptance with its label, followed to its end by the events of the chain.

    Axes: `custody` (collect), `lot_missing_at` (refurbish.lots), `work` (refurbish.devices), `promise`
    (distribute.devices); `stage` is computed from them. A `…_at` instant is that of the newest event of its kind.
    """

    __tablename__ = "device"
    __table_args__ = (
        sa.UniqueConstraint("label"),
        sa.Index(None, "donation_id", "id"),
        sa.Index(None, "lot_id", "id"),
        sa.Index(None, "donor_id", "stage"),
        # What is typed is the beginning of a number.
        sa.Index("ix_device_serial_begins", "serial", postgresql_ops={"serial": "text_pattern_ops"}),
        sa.Index("ix_device_asset_tag_begins", "asset_tag", postgresql_ops={"asset_tag": "text_pattern_ops"}),
        sa.Index("ix_device_imeis", "imeis", postgresql_using="gin", postgresql_where=sa.text("imeis <> '{}'")),
        # The coordination's day: what a workshop says nothing of, what was handed over lately.
        sa.Index(
            "ix_device_at_work",
            "work_at",
            postgresql_where=sa.text("stage IN ('arrived', 'erased', 'tested', 'graded')"),
        ),
        # Where devices wait, and for how long; what each workshop said last.
        sa.Index(
            "ix_device_waiting",
            "stage",
            sa.text(f"({since_sql()}) timestamptz_ops"),
            "id",
            postgresql_where=sa.text(is_waiting_sql()),
        ),
        sa.Index(
            "ix_device_waiting_longest",
            sa.text(f"({since_sql()}) timestamptz_ops"),
            "id",
            postgresql_where=sa.text(is_waiting_sql()),
        ),
        sa.Index("ix_device_heard", "workshop_id", "work_at", postgresql_where=sa.text("work_at IS NOT NULL")),
        sa.Index("ix_device_found", "found_at", postgresql_where=sa.text("found_at IS NOT NULL")),
        sa.Index("ix_device_handed_over", "promise_at", postgresql_where=sa.text("promise = 'handed_over'")),
        sa.CheckConstraint(
            "custody IN ('accepted', 'collected', 'in_transit', 'missing', 'cancelled')", name="custody_known"
        ),
        sa.CheckConstraint(
            "work IN ('arrived', 'erased', 'tested', 'graded', 'ready', 'withdrawn')", name="work_known"
        ),
        sa.CheckConstraint(
            "promise IN ('none', 'reserved', 'shipped', 'delivered', 'handed_over')", name="promise_known"
        ),
    )

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    donation_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation.id"))
    line_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donation_line.id"))
    lot_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True), sa.ForeignKey("lot.id"))
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=False))
    label: Mapped[Text]
    category: Mapped[Text]
    manufacturer: Mapped[str | None] = mapped_column(sa.Text)
    model: Mapped[str | None] = mapped_column(sa.Text)
    serial: Mapped[str | None] = mapped_column(sa.Text)
    asset_tag: Mapped[str | None] = mapped_column(sa.Text)
    # Besides the number that `serial` is.
    imeis: Mapped[list[str]] = mapped_column(pg.ARRAY(sa.Text), server_default=sa.text("'{}'"))
    public_body: Mapped[bool]
    created_at: Mapped[Created]

    custody: Mapped[Text]
    lot_missing_at: Mapped[datetime | None] = mapped_column(_Instant)
    # When its donor said that a missing one had turned up. It is missing until somebody has it in hand.
    found_at: Mapped[datetime | None] = mapped_column(_Instant)
    work: Mapped[str | None] = mapped_column(sa.Text)
    work_at: Mapped[datetime | None] = mapped_column(_Instant)
    work_rank: Mapped[int | None]  # read and written by the release before alone; so is promise_rank
    promise: Mapped[str | None] = mapped_column(sa.Text)
    promise_at: Mapped[datetime | None] = mapped_column(_Instant)
    promise_rank: Mapped[int | None]
    stage: Mapped[str] = mapped_column(sa.Text, sa.Computed(STAGE_SQL, persisted=True))

    # When its workshop found it in a lot whose manifest does not list it; none of what its donor declared.
    surplus_at: Mapped[datetime | None] = mapped_column(_Instant)

    collected_at: Mapped[datetime | None] = mapped_column(_Instant)
    dispatched_at: Mapped[datetime | None] = mapped_column(_Instant)
    arrived_at: Mapped[datetime | None] = mapped_column(_Instant)
    erased_at: Mapped[datetime | None] = mapped_column(_Instant)
    tested_at: Mapped[datetime | None] = mapped_column(_Instant)
    graded_at: Mapped[datetime | None] = mapped_column(_Instant)
    ready_at: Mapped[datetime | None] = mapped_column(_Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(_Instant)

    workshop_id: Mapped[UUID | None] = mapped_column(pg.UUID(as_uuid=True))
    erasures: Mapped[str | None] = mapped_column(pg.JSONB, comment="per medium: kind, level, method, tool")
    gone: Mapped[str | None] = mapped_column(pg.JSONB)
    failures: Mapped[list[str] | None] = mapped_column(pg.ARRAY(sa.Text))
    grade: Mapped[str | None] = mapped_column(sa.Text)
    withdrawn_reason: Mapped[str | None] = mapped_column(sa.Text)
    # What the workshop says that it is, where that is another thing than its donor declared.
    seen_category: Mapped[str | None] = mapped_column(sa.Text)
    work_minutes: Mapped[int | None] = mapped_column(comment="insertion work so far, where the workshop measures it")
    new_parts: Mapped[dict[str, int]] = mapped_column(pg.JSONB, server_default=sa.text("'{}'"))
    # Where the promise leads, as a département: never a Relais' clients, never a person.
    territory: Mapped[str | None] = mapped_column(sa.Text)
    how: Mapped[str | None] = mapped_column(sa.Text, comment="sold or given")
    # Of a device that has left its workshop and goes to nobody any more: lost, damaged, wrong, or found again.
    away: Mapped[str | None] = mapped_column(sa.Text)


class DeviceWaitingTallyTable(Base):
    """How many devices wait at a stage since a day, as differences to add up; kept by triggers of `device`."""

    __tablename__ = "device_waiting_tally"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(always=True), primary_key=True)
    stage: Mapped[Text]
    day: Mapped[date]
    devices: Mapped[int] = mapped_column(sa.BigInteger)
